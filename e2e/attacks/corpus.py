"""The payloads: scripts with a head that says what each attempts and what must hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("payloads")
BENIGN = Path(__file__).with_name("benign.py").read_text("utf-8")

_FIELD = re.compile(r"# (holds|browser|wasi|deadline): (.+)")

LONG_S, SHORT_S = 5.0, 0.8
"""Seconds for a payload that ends by itself, and for one that does not."""


@dataclass(frozen=True)
class Payload:
    """One script of the corpus."""

    name: str
    """Class and variant: `J01_import_js`."""
    attempt: str
    holds: str
    """What must hold, in words."""
    expected: Mapping[str, frozenset[str]]
    """Outcomes that are accepted, by `browser` and `wasi`: error codes, or `held`."""
    is_short: bool
    """Whether it hangs, and declares that it is given little time for that."""
    source: str

    @property
    def attack_class(self) -> str:
        """Its row: `J01`."""
        return self.name.partition("_")[0]

    @property
    def path(self) -> str:
        """Where the engines see it."""
        return f"scripts/{self.slug}.py"

    @property
    def slug(self) -> str:
        """The macro's name."""
        return "attack_" + self.name.lower()


def read(path: Path) -> Payload:
    """Read a payload and its head."""
    source = path.read_bytes().decode("utf-8")
    head = source.lstrip("\ufeff").splitlines()
    found = (_FIELD.fullmatch(line) for line in head[:8])
    fields = {match[1]: match[2] for match in found if match}
    expected = {
        engine: frozenset(fields[engine].split())
        for engine in ("browser", "wasi")
        if engine in fields
    }
    is_short = fields.get("deadline") == "short"
    return Payload(
        path.stem,
        head[0].removeprefix("# "),
        fields["holds"],
        expected,
        is_short,
        source + (f'\n\nLIMITS = {{"itemS": {SHORT_S}}}\n' if is_short else ""),
    )


@cache
def payloads() -> tuple[Payload, ...]:
    """Return the corpus, in order."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.py")))
