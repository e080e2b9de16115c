"""The reasons for which a bundle is refused."""

from __future__ import annotations

from typing import Literal, get_args

from pybridge.errors import PybridgeError

Rule = Literal[
    "archive-form",
    "archive-size",
    "archive-ratio",
    "archive-files",
    "member-name",
    "member-duplicate",
    "member-case",
    "member-kind",
    "member-encrypted",
    "member-order",
    "member-content",
    "signature-missing",
    "signature-form",
    "signature-key",
    "signature-wrong",
    "manifest-missing",
    "manifest-form",
    "manifest-schema",
    "manifest-files",
    "file-unlisted",
    "file-missing",
    "file-size",
    "file-hash",
    "runtime-module",
    "platform",
    "host-version",
    "key-bundle",
    "downgrade",
    "version-changed",
    "publisher",
    "other-bundle",
    "yanked",
    "registry-root",
    "registry-signature",
    "registry-expired",
    "registry-rollback",
    "registry-content",
    "registry-channel",
    "registry-platforms",
]
"""Each refusal names one of these; docs/bundles.md explains them."""

RULES: tuple[str, ...] = get_args(Rule)


class Refused(PybridgeError):
    """A bundle breaks a rule. Nothing of it was used."""

    code = "integrity"

    def __init__(self, rule: Rule, problem: str, hint: str | None = None) -> None:
        super().__init__(rule, problem, hint)
        self.rule: Rule = rule
        self.problem = problem
        self.source: str | None = None
        """The file that holds the bundle; None while that is not known."""
        self._hint = hint

    def what(self) -> str:
        """Name the file, the problem and the rule."""
        place = f"{self.source}: " if self.source else ""
        return f"{place}refused: {self.problem} [rule {self.rule}]"

    @property
    def hint(self) -> str | None:
        """Say what to do."""
        return self._hint

    def about(self, source: str) -> Refused:
        """Return the refusal with the file that it is about."""
        self.source = source
        return self
