"""Build the folder a renderer loads, and the files that are generated from the schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pybridge.build import site
from pybridge.build.codegen import generate
from pybridge.build.file_pages import add_file_pages
from pybridge.build.on_demand import built_folder
from pybridge.build.project_site import build_project
from pybridge.build.site import BuildReport
from pybridge.build.studio_files import add_studio
from pybridge.commands.packages import allowed, locked_packages
from pybridge.commands.scripts.checking import open_checker
from pybridge.commands.session import limits_of
from pybridge.errors import Conflict
from pybridge.processes.page_folder import add_python
from pybridge.project.discover import BuiltIns, ProjectOrBuiltIns
from pybridge.project.scripts import Script, read_scripts

DEFAULT_OUT = Path("dist/pybridge")


class GeneratedStale(Conflict):
    """Committed generated files differ from what would be generated now."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        names = ", ".join(str(path) for path in paths)
        super().__init__(f"out of date: {names}", "run `pybridge build --generate`")


def build(
    out: Path,
    project: ProjectOrBuiltIns,
    *,
    file_pages: bool = False,
    studio: bool = False,
    processes: bool = False,
) -> BuildReport:
    """Write the folder, with the project's scripts of the common trust domain compiled into its snapshot.

    Without a project it is a copy of the one that the browser engine uses, built if need be. With
    *file_pages* it can be used from pages opened by `file:`, too; with *studio* the studio's page is in it; with
    *processes* it has Python for the processes of pages.
    """
    parts = ((studio, add_studio), (processes, add_python), (file_pages, add_file_pages))
    added = [add for wanted, add in parts if wanted]

    def finish(folder: Path) -> None:
        for add in added:
            add(folder)

    if isinstance(project, BuiltIns):
        return site.copy(built_folder(), out, finish)
    read = read_scripts(project, limit=limits_of(project).input_bytes)
    locked = locked_packages(project)
    loaded = allowed(read.scripts, locked[0]) if locked else read.scripts
    scripts = [script.to_source() for script in loaded]
    apart = _read_apart([script for script in read.scripts if script.domain])
    hosts = project.settings.iframe_hosts
    done = build_project(
        built_folder(),
        out,
        scripts,
        finish,
        foreign=apart,
        iframe_hosts=hosts,
        packages=locked[1] if locked else None,
    )
    unreadable = tuple(script.error.to_json() for script in read.unreadable)
    return replace(done, problems=(*unreadable, *done.problems))


def _read_apart(scripts: Sequence[Script]) -> dict[str, Any]:
    """Return script.v1 of scripts of other trust domains, by path.

    Every worker starts from the snapshot, whatever its domain: they are not in it.
    """
    if not scripts:
        return {}
    with open_checker() as reader:
        return {each.path: reader.check(each.path, each.content)["script"] for each in scripts}


def check_generated() -> None:
    """Return if the committed generated files are up to date.

    Raises:
        GeneratedStale: when some are not.
    """
    stale = generate.stale()
    if stale:
        raise GeneratedStale(stale)


def write_generated() -> list[Path]:
    """Update the generated files; return those that changed."""
    return generate.write()
