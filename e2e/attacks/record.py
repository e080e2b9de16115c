"""The outcomes of the attacks so far, kept in out/ for docs/attacks.md."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OUT = Path(__file__).parents[2] / "out"
RECORD = OUT / "attacks.json"

Outcomes = dict[str, dict[str, str]]
"""By payload, then by ground and state: `{"J01_import_js": {"wasi-fresh": "capability"}}`."""


def read(sources: str) -> Outcomes:
    """Return the outcomes found with these *sources*; those of other sources count no more."""
    if not RECORD.is_file():
        return {}
    known = json.loads(RECORD.read_text("utf-8"))
    return dict(known["outcomes"]) if known.get("sources") == sources else {}


def add(found: Outcomes, sources: str) -> None:
    """Add outcomes to the record; several processes may do so at the same time.

    A run of a part of the corpus leaves the rest as it was.
    """
    with _locked():
        outcomes = merged(read(sources), found)
        text = json.dumps({"sources": sources, "outcomes": outcomes}, indent=1, sort_keys=True)
        RECORD.write_text(text + "\n", "utf-8")


def merged(known: Outcomes, found: Outcomes) -> Outcomes:
    """Return all outcomes; where both have one, *found*'s."""
    return {name: {**known.get(name, {}), **found.get(name, {})} for name in {*known, *found}}


@contextmanager
def _locked() -> Iterator[None]:
    OUT.mkdir(exist_ok=True)
    with RECORD.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
