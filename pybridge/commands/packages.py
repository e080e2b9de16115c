"""What the scripts of a project may import, for its engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pybridge.build import pins
from pybridge.build.sbom import interpreters
from pybridge.packages.errors import LockInvalid
from pybridge.packages.lock_file import EVERY_DOMAIN, Lock, read_lock
from pybridge.packages.merged import digest_of, merged
from pybridge.packages.sandbox import Sandbox
from pybridge.packages.script_packages import ScriptPackages
from pybridge.project.discover import Project
from pybridge.project.scripts import Script


def sandboxes() -> tuple[Sandbox, Sandbox]:
    """Return the Pythons that packages have to work in: Pyodide's, and that of the WASI engine."""
    pyodide = (pins.PYTHON_VERSION, interpreters.EMSCRIPTEN_VERSION)
    in_browser = Sandbox(*pyodide, "wasm32", interpreters.PYODIDE_ABI)
    return in_browser, Sandbox.of_wasi(pins.WASM_PYTHON_VERSION)


def lock_of(project: Project) -> Lock:
    """Return the project's lock, which fits pybridge.toml and the sandboxes.

    Raises:
        LockInvalid: there is none, it is invalid, or it was made for something else.
    """
    found = read_lock(project.root)
    if found is None:
        raise LockInvalid("there is no such file")
    found.require_current(project.settings.packages)
    found.require_sandboxes(sandboxes())
    return found


def packages_of(lock: Lock) -> ScriptPackages:
    """Return the packages of a lock as engines take them.

    Its `archive` raises what `merged` does: a wheel is missing or was changed, two packages have different files of
    one name.
    """
    entries = tuple(lock.entries.values())
    imports = {module: entry.name for entry in entries for module in entry.imports}
    common = tuple(lock.imports_for(EVERY_DOMAIN))
    versions = {entry.name: entry.version for entry in entries}
    return ScriptPackages(digest_of(entries), lambda: merged(entries), imports, common, versions)


def locked_packages(project: Project) -> tuple[Lock, ScriptPackages] | None:
    """Return the lock and the packages of a project; None where it asks for none.

    Raises:
        LockInvalid: see `lock_of`.
    """
    if not project.settings.packages:
        return None
    lock = lock_of(project)
    return lock, packages_of(lock)


def allowed(scripts: Iterable[Script], lock: Lock) -> list[Script]:
    """Return scripts with what their trust domains may import, where that is more than what all may."""
    more = {domain: tuple(lock.imports_for(domain)) for domain in lock.requires}
    return [
        replace(script, packages=more[script.domain])
        if script.origin == "project" and script.domain in more
        else script
        for script in scripts
    ]
