"""Install the Python of a process from a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pybridge.bundles.manifests.runtime import RuntimeManifest
from pybridge.bundles.refusals import Refused
from pybridge.commands.bundles.installing import install_verified, this_host
from pybridge.commands.bundles.keys import trust
from pybridge.commands.bundles.reading import read_source, refusing, verified
from pybridge.processes import runtimes

BUNDLE_PREFIX = "lang-python-"
_COMMAND = "python"


def install_runtime(path: Path, *, allow_downgrade: bool = False) -> dict[str, Any]:
    """Verify the bundle of a runtime, install it, and let processes use it; return an item of cli-installed.v1.

    Args:
        path: The archive, its folder, or the manifest.json in it.
        allow_downgrade: Whether a version older than one that was installed is accepted.

    Raises:
        Refused: when a rule is broken, or it is not the bundle of a runtime.
        IntegrityFailed: when its module is not the one that this pybridge was tested with.
        OutputFailed: when it cannot be written.
    """
    source, known = read_source(path), trust()
    bundle = verified(source, known, this_host())
    with refusing(path):
        manifest = bundle.manifest
        if not isinstance(manifest, RuntimeManifest) or _COMMAND not in manifest.modules:
            raise Refused("runtime-module", "not the bundle of a Python for processes")
        name = manifest.id.removeprefix(BUNDLE_PREFIX)
        if manifest.id != f"{BUNDLE_PREFIX}{name}" or name not in runtimes.NAMES:
            known_names = ", ".join(f"{BUNDLE_PREFIX}{each}" for each in runtimes.NAMES)
            raise Refused("runtime-module", f"{manifest.id} is not one of {known_names}")
    module = bundle.files.read(manifest.modules[_COMMAND])
    runtimes.require_module(name, module, str(path))
    done = install_verified(source, bundle, known, allow_downgrade=allow_downgrade)
    runtimes.keep_module(name, module)
    return done
