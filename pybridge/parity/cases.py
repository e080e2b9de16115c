"""Cases and the sets they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pybridge.project.scripts import Script

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One document, call or process."""

    name: str
    """Says where it is from; unique in its set."""
    kind: Literal["document", "call", "malformed call", "process"]
    value: JsonObject
    """document.v1, call.v1 or invocation.v1, or something that only looks like it."""


@dataclass(frozen=True)
class CaseSet:
    """Cases that belong together: the scripts they use, and what holds for all documents."""

    name: str
    scripts: Sequence[Script]
    cases: Sequence[Case]
    shared: JsonObject = field(default_factory=dict)
