"""Requests that are answered at once."""

from __future__ import annotations

from pybridge.macros.jobs.programs import Program, unknown_script
from pybridge.macros.jobs.refusals import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pybridge.macros.jobs.engine import Engine
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]


def load(engine: Engine, message: Json) -> Json:
    """Load scripts, replacing those of the same path."""
    changed = {engine.forget(path) for path in message.get("unload", [])}
    for source in message["scripts"]:
        modules = source.pop("packages", ())
        engine.packages.allow(() if source.get("elsewhere") else modules)
    scripts = engine.reader.read_all(message["scripts"])
    if any(
        source.get("alone") and not script.source.is_self_contained
        for source, script in zip(message["scripts"], scripts, strict=True)
    ):
        engine.guard.prepare()
    for script in scripts:
        changed.add(engine.forget(script.path))
        engine.registry.add(script)
        changed.add(script.slug if script.metadata.kind == "helper" else None)
    helpers = {name for name in changed if name}
    if helpers:
        engine.helpers.update(helpers, engine.registry.all())
    known = [script.to_json() for script in scripts]
    return {"kind": "loaded", "id": message["id"], "scripts": known}


def check(engine: Engine, message: Json) -> Json:
    """Read a script and report its problems."""
    known = engine.reader.read(message["path"], message["content"], "project").to_json()
    answer = {"script": known, "problems": known["problems"]}
    return {"kind": "checked", "id": message["id"], **answer}


def run(engine: Engine, message: Json) -> Json:
    """Run a utility script to its end, or up to calls of the application's tools."""
    wanted = message["script"]
    if "slug" in wanted:
        found = engine.registry.find(wanted["slug"])
        if found is None:
            _, hint = engine.registry.explain(wanted["slug"])
            return {"kind": "ran", "id": message["id"], **unknown_script(wanted["slug"], hint)}
        wanted = {"path": found.path, "content": found.content}
    script = engine.reader.read(wanted["path"], wanted["content"], "project", alone=True)

    def sources(path: str) -> Script | None:
        return script if path == script.path else engine.registry.at(path)

    has_tools = message.get("tools", False)
    program = Program(script, message["args"], engine.limits, sources, has_tools=has_tools)
    engine.guard.watch(script)
    return _worked(engine, program, message["id"], program.start)


def answer(engine: Engine, message: Json) -> Json:
    """Go on with the program that waits for these answers."""
    program, answers = engine.program, message["answers"]
    waits = len(program.asks) if program else 0
    if program is None or len(answers) != waits:
        raise refuse("usage", f"{waits} answers are waited for, not {len(answers)}")
    engine.program = None
    return _worked(engine, program, message["id"], lambda: program.go_on(answers))


def _worked(engine: Engine, program: Program, number: int, work: Callable[[], Json]) -> Json:
    """Return the reply after some work of a program: its end, or what it asks for."""
    engine.enter()
    engine.streams.install(engine.emit)
    try:
        outcome = work()
        if program.asks:
            engine.program = program
            return {"kind": "asks", "id": number, "calls": program.asks}
        if engine.streams.is_truncated:
            outcome["truncated"] = True
        outcome.update(engine.streams.take())
    finally:
        engine.streams.restore()
        engine.leave()
    reply = {"kind": "ran", "id": number, **outcome}
    due = engine.guard.is_due
    verdict = engine.guard.verdict(program.script, engine.shared_modules()) if due else None
    if verdict is not None and verdict.found:
        reply["contaminated"] = verdict.to_json(program.script)
    return reply


def set_limits(engine: Engine, message: Json) -> Json:
    """Set the limits that apply from now on."""
    bad = engine.limits.update(message["limits"])
    if bad:
        words = f"the limit {bad!r} must be a whole number"
        raise refuse("schema", words, pointer=f"/limits/{bad}")
    engine.streams.set_limit(engine.limits.stdout_bytes)
    return {"kind": "limited", "id": message["id"]}


ANSWERS: Mapping[str, Callable[[Engine, Json], Json]] = {
    "load": load,
    "check": check,
    "run": run,
    "answers": answer,
    "limits": set_limits,
}
