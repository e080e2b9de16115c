"""The payloads: scripts with a head that says what each attempts and what must hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.amounts import IS_WEBKIT

FOLDER = Path(__file__).with_name("payloads")
BENIGN = Path(__file__).with_name("benign.py").read_text("utf-8")

ENGINES = ("browser", "wasi", "native")
BROWSERS = ("chromium", "firefox", "webkit")
LEVELS = ("origin", "worker")

_FIELDS = (*ENGINES, "holds", "seen", "browsers", "levels", "deadline")
_FIELD = re.compile(rf"# ({'|'.join(_FIELDS)}): (.+)")

LONG_S, SHORT_S = (15.0 if IS_WEBKIT else 5.0), 0.8
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
    """Outcomes that are accepted, by engine: error codes, `held`, or for `native` even `breach`."""
    seen: str
    """Where the harm would show beside the traces that are compared; empty where it would not."""
    browsers: frozenset[str]
    """Browsers that have what the attack uses; the tests here run in Chromium."""
    levels: frozenset[str]
    """Levels in the browser that it is run at."""
    is_short: bool
    """Whether it hangs, and declares that it is given little time for that."""
    source: str

    @property
    def attack_class(self) -> str:
        """Its row: `J01`."""
        return self.name.partition("_")[0]

    @property
    def grounds(self) -> frozenset[str]:
        """Where it is run; in `native`, which is not a sandbox, only if it says what happens there."""
        return frozenset((*self.levels, *(each for each in ENGINES[1:] if each in self.expected)))

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
    expected = {engine: frozenset(fields[engine].split()) for engine in ENGINES if engine in fields}
    is_short = fields.get("deadline") == "short"
    return Payload(
        path.stem,
        head[0].removeprefix("# "),
        fields["holds"],
        expected,
        fields.get("seen", ""),
        _names(fields, "browsers", BROWSERS),
        _names(fields, "levels", LEVELS),
        is_short,
        source + (f'\n\nLIMITS = {{"itemS": {SHORT_S}}}\n' if is_short else ""),
    )


def _names(fields: Mapping[str, str], field: str, known: tuple[str, ...]) -> frozenset[str]:
    """Return the names in a field, all where it is missing."""
    names = frozenset(fields[field].split() if field in fields else known)
    if not names or not names <= frozenset(known):
        raise ValueError(f"{field}: {sorted(names)} are not among {known}")
    return names


@cache
def payloads() -> tuple[Payload, ...]:
    """Return the corpus, in order."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.py")))
