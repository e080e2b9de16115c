"""Run a utility script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pybridge.commands.session import Session
from pybridge.engines.protocol import JsonObject, OnOutput, OpenTools
from pybridge.errors import DocumentUnreadable, ScriptNotFound
from pybridge.macros.values.problems import closest
from pybridge.project.discover import Project, ProjectOrBuiltIns
from pybridge.project.documents import boundary
from pybridge.project.text import read_text


def is_file(name: str) -> bool:
    """Whether *name* is a path, not the slug of a script."""
    return name.endswith(".py") or "/" in name or Path(name).is_file()


def source_of(path: Path, project: ProjectOrBuiltIns, limit: int) -> JsonObject:
    """Return the script in a file, as engines run it.

    Raises:
        PybridgeError: when it cannot be read.
    """
    name = project.name_of(path)
    return {
        "path": name,
        "content": read_text(path, limit=limit, name=name, root=boundary(path, project)),
    }


def named_script(session: Session, name: str) -> JsonObject:
    """Return the loaded script of this slug, alias or id, as engines run it.

    Raises:
        ScriptNotFound: when there is none.
        DocumentUnreadable: when a folder has the name.
    """
    scripts = [script for script in session.scripts if script["kind"] != "helper"]
    for script in scripts:
        if name in (script["slug"], script["id"], *script["aliases"]):
            return {"slug": script["slug"]}
    if Path(name).is_dir():
        raise DocumentUnreadable(Path(name), "directory")
    has_own = isinstance(session.project, Project)
    searched = ("scripts/", "default_scripts/") if has_own else ("default_scripts/",)
    near = closest(name, [script["slug"] for script in scripts])
    raise ScriptNotFound(name, searched, (near,) if near else ())


def unused(session: Session, script: JsonObject, ran: JsonObject) -> str | None:
    """Return what to say of a macro or transform that ran as a program and printed nothing; None otherwise.

    Args:
        session: Where it ran.
        script: What ran, as engines run it.
        ran: cli-run.v1.
    """
    said_nothing = ran["result"] is None and not ran["stdout"] and not ran["stderr"]
    if ran["status"] != "ok" or not said_nothing:
        return None
    slug, kind = _named(session, script)
    calls = {
        "macro": f"`pybridge call {slug}` calls its render()",
        "transform": "`pybridge transform POST` calls its transform()",
    }
    return f"{slug} is a {kind}, and nothing was printed: {calls[kind]}" if kind in calls else None


def _named(session: Session, script: JsonObject) -> tuple[str, str]:
    """Return the slug and the kind of a script."""
    if "content" in script:
        info = session.engine.check(script["path"], script["content"])["script"]
    else:
        info = next(each for each in session.scripts if each["slug"] == script["slug"])
    return info["slug"], info["kind"]


def run(
    session: Session,
    script: JsonObject,
    args: Sequence[str],
    *,
    timeout_s: float | None,
    on_output: OnOutput | None,
    tools: OpenTools | None = None,
) -> JsonObject:
    """Return cli-run.v1."""
    return session.engine.run(script, args, timeout_s=timeout_s, on_output=on_output, tools=tools)
