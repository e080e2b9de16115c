"""Make the lock of a project: resolve, fetch by hash, keep the wheels."""

from __future__ import annotations

from collections.abc import Sequence

from pybridge.packages import wheels
from pybridge.packages.errors import SourceFailed
from pybridge.packages.lock_file import Lock
from pybridge.packages.resolving import resolve
from pybridge.packages.sandbox import Sandbox
from pybridge.packages.sources import Source
from pybridge.project.packages import WantedPackages


def locked(wanted: WantedPackages, source: Source, sandboxes: Sequence[Sandbox]) -> Lock:
    """Return the lock for what a project asks for; its wheels are in the cache then.

    Args:
        wanted: The table in pybridge.toml.
        source: Has the wheels.
        sandboxes: Pyodide's and the WASI engine's.

    Raises:
        NoVersionFits: the requirements contradict each other, or the source has no such version.
        PackageRefused: no wheel of a package can be used.
        SourceFailed: the source does not answer.
    """
    pyodide, wasi = sandboxes
    found = resolve(wanted.all(), source, sandboxes)
    for each in found:
        wheels.keep(_content(source, each.entry.file_name, each.name, each.entry.sha256))
    return Lock(
        {each.name: each.entry for each in found},
        {each.name: each.licence for each in found if each.licence},
        wanted.to_json(),
        pyodide.info(),
        wasi.python,
    )


def _content(source: Source, file_name: str, name: str, sha256: str) -> bytes:
    [file] = [each for each in source.files(name) if each.file_name == file_name][:1]
    content = source.content(file)
    if wheels.hash_of(content) != sha256:
        raise SourceFailed(file.place, "it was changed while the lock was made")
    return content
