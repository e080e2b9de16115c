"""Load scripts into the workers, and report those that no worker survives compiling."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.sandbox import Sandbox

_EACH_S = 0.01
"""Seconds for each script, on top of the limit for compiling."""


def load_scripts(sandbox: Sandbox, scripts: Sequence[Script]) -> list[JsonObject]:
    """Load scripts; return script.v1 of each. One that ends the worker is left out and has a problem."""
    try:
        found = sandbox.pool.load(scripts, sandbox.limits.compile_s + _EACH_S * len(scripts))
    except WorkerLost:
        found = [_load_alone(sandbox, script) for script in scripts]
    sandbox.index.learn(found)
    return found


def check_script(sandbox: Sandbox, path: str, content: str) -> JsonObject:
    """Return `{script, problems}` of a script that is neither loaded nor run."""
    message = {"kind": "check", "path": path, "content": content}
    try:
        [reply] = sandbox.pool.exchange(message, sandbox.limits.compile_s)
    except WorkerLost as lost:
        info = uncompiled_script(Script(path, content), lost)
        return {"script": info, "problems": info["problems"]}
    return {"script": reply["script"], "problems": reply["problems"]}


def uncompiled_script(script: Script, lost: WorkerLost) -> JsonObject:
    """Return script.v1 of a script that no worker survives compiling.

    `tests/failures/uncompiled_script.json` holds it and the client's to the same fields.
    """
    slug = PurePosixPath(script.path).stem
    message = f"{script.path} could not be compiled: {lost.message}"
    place = {"path": script.path, "line": 1, "column": 1}
    return {
        "path": script.path,
        "id": slug,
        "slug": slug,
        "title": slug,
        "kind": "utility",
        "entrypoint": "main",
        "enabled": False,
        "version": 1,
        "createdAt": None,
        "updatedAt": None,
        "aliases": [],
        "needs": None,
        "body": False,
        "params": None,
        "origin": script.origin,
        "sha256": script.sha256,
        "problems": [{"code": lost.code, "message": message, "script": place}],
    }


def _load_alone(sandbox: Sandbox, script: Script) -> JsonObject:
    try:
        return sandbox.pool.load([script], sandbox.limits.compile_s)[0]
    except WorkerLost as lost:
        return uncompiled_script(script, lost)
