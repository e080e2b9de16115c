"""What is found in a skill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["refuse", "warn", "note"]
"""`refuse`: the skill is not imported; `warn`: somebody should look before it is used; `note`: a deviation from the form."""


@dataclass(frozen=True)
class Finding:
    """A finding, and where it is."""

    severity: Severity
    rule: str
    """Its name, such as `hidden-text`."""
    message: str
    path: str = ""
    """Of a file in the skill; empty for the skill as a whole."""
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as an item of cli-skill.v1."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "message": self.message,
            "path": self.path,
            "line": self.line,
        }
