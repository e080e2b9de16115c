"""What was measured in the browsers, kept in out/browsers/ for docs/browsers.md."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "out" / "browsers"


@dataclass
class Record:
    """Of one browser."""

    version: str = ""
    """Of the program, as its driver says."""
    times: dict[str, int] = field(default_factory=dict)
    """Milliseconds by what was done."""
    proofs: dict[str, str] = field(default_factory=dict)
    """How each probe of the attestation was held."""


def add(browser: str, record: Record) -> None:
    """Keep a record; the one before is replaced."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dataclasses.asdict(record), indent=1)
    (FOLDER / f"{browser}.json").write_text(text + "\n", "utf-8")


def read(browser: str) -> Record | None:
    """Return the record of a browser, if there is one."""
    path = FOLDER / f"{browser}.json"
    return Record(**json.loads(path.read_text("utf-8"))) if path.is_file() else None
