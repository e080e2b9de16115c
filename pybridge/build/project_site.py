"""Put a project's scripts into a built folder: loaded at every start, compiled in its snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pybridge.build import pyodide_assets, site, snapshot
from pybridge.build.errors import BuildFailed, PackagesTooLarge
from pybridge.build.packages import compiled
from pybridge.build.site import BuildReport
from pybridge.packages.script_packages import ScriptPackages

Json = Mapping[str, Any]


def build_project(
    built: Path,
    out: Path,
    scripts: Sequence[Json],
    finish: Callable[[Path], None] | None = None,
    *,
    foreign: Mapping[str, Json] = MappingProxyType({}),
    iframe_hosts: Sequence[str] | None = None,
    packages: ScriptPackages | None = None,
) -> BuildReport:
    """Write a copy of the folder *built* to *out* that has *scripts* in place of the built-in ones.

    Args:
        built: A built folder without a project.
        out: Replaced whole, or not at all.
        scripts: As `PythonRuntime.load` takes them, the built-in ones among them.
        finish: Adds something to the folder before it takes its place.
        foreign: script.v1, by path, of the scripts of other trust domains than the common one.
        iframe_hosts: Whose pages iframes may show; None means the built-in list.
        packages: What scripts may import.

    Raises:
        Conflict: *out* exists and is not a built folder.
        OutputFailed: it cannot be written.
    """
    problems: list[Json] = []

    def fill(folder: Path) -> None:
        site.write_scripts(folder, scripts)
        common = [script for script in scripts if script["path"] not in foreign]
        problems.extend(_put_in(folder, common, tuple(foreign.values()), iframe_hosts, packages))
        if finish:
            finish(folder)

    done = site.copy(built, out, fill)
    return replace(done, problems=tuple(problems))


def _put_in(
    folder: Path,
    scripts: Sequence[Json],
    known: tuple[Json, ...],
    iframe_hosts: Sequence[str] | None,
    packages: ScriptPackages | None,
) -> Iterator[Json]:
    """Take a snapshot with *scripts* in it and enter them and those that are *known* in the manifest."""
    pyodide = pyodide_assets.ensure()
    try:
        with compiled(packages, pyodide) as image:
            found, taken = _taken(folder, pyodide, scripts, image)
    except PackagesTooLarge as error:
        yield error.to_json()
        packages = None
        found, taken = _taken(folder, pyodide, scripts, None)
    yield from found
    taken = replace(taken, scripts=(*taken.scripts, *known))
    site.write_manifest(folder, taken, iframe_hosts, packages)
    for script in taken.scripts:
        yield from script["problems"]


def _taken(
    folder: Path, pyodide: Path, scripts: Sequence[Json], packages: Path | None
) -> tuple[list[Json], snapshot.Snapshot]:
    """Take the snapshot, without the project's scripts if need be; return what was left out, too.

    Raises:
        PackagesTooLarge: the packages do not fit into it.
    """
    try:
        return [], snapshot.take(folder, pyodide, scripts, packages)
    except BuildFailed as error:
        # Loaded on top of a snapshot without them they cost time, never the build.
        return [_left_out(error)], _without_project(folder, pyodide, scripts, packages)


def _without_project(
    folder: Path, pyodide: Path, scripts: Sequence[Json], packages: Path | None
) -> snapshot.Snapshot:
    """Take the snapshot with the built-in scripts alone; the others are known by their files."""
    own = [script for script in scripts if script["origin"] != "default"]
    others = [script for script in scripts if script["origin"] == "default"]
    taken = snapshot.take_with(packages, folder, pyodide, others)
    known = tuple(site.unread_script(script) for script in own)
    return replace(taken, scripts=(*taken.scripts, *known))


def _left_out(error: BuildFailed) -> Json:
    message = f"the project's scripts are not in the snapshot, every start compiles them: {error}"
    return {"code": "unavailable", "message": message}
