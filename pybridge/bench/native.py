"""The engine on the Python that runs the benchmark: what WebAssembly is compared with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pybridge.macros.wire import Session


def engine_us_per_macro(
    scripts: Sequence[dict[str, str]], calls: Sequence[dict[str, Any]]
) -> float:
    """Return microseconds per call of the engine's own clock, for one batch."""
    session = Session()
    loaded = [{**script, "origin": "project"} for script in scripts]
    session.handle(json.dumps({"kind": "load", "id": 1, "scripts": loaded}))
    elapsed = 0.0
    for turn in range(2):  # the first imports what the script imports
        elapsed = _batch(session, turn + 2, calls)
    return elapsed / len(calls)


def _batch(session: Session, number: int, calls: Sequence[dict[str, Any]]) -> float:
    message = {"kind": "render", "id": number, "calls": list(calls), "sliceMs": 10}
    reply = session.handle(json.dumps(message))
    elapsed: float = json.loads(reply[1:])["elapsedUs"]
    while reply[0] == "+":
        reply = session.step()
        elapsed += json.loads(reply[1:])["elapsedUs"]
    return elapsed
