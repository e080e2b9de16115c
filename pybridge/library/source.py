"""What a rendered document is made of, and its HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pybridge.html.policy import Policy, html_policy
from pybridge.html.splice import replacement
from pybridge.html.text import escape


@dataclass(frozen=True)
class Source:
    """What a rendered document is made of."""

    parts: Sequence[str | int]
    """Literal text, or the index of a macro."""
    macros: Sequence[Mapping[str, Any]]
    policy: Policy
    preview: bool
    format: Literal["markdown", "text"]

    def __reduce__(self) -> tuple[Callable[..., Source], tuple[Any, ...]]:
        """Pickle without the policy, which every process has."""
        hosts = None if self.policy is html_policy() else self.policy.iframe_hosts
        return _restored, (self.parts, self.macros, hosts, self.preview, self.format)

    def html(self) -> str:
        """Return the document as sanitised HTML."""
        if self.format == "text":
            return "".join(map(self._piece, self.parts))
        from pybridge.pages.markdown import page_body  # here, as few callers need the converter

        return page_body(self.parts, self.macros, self.policy, preview=self.preview)

    def text_with(self, stand_in: Callable[[int], str]) -> str:
        """Return the document with something else in the place of each macro, by its index."""
        return "".join(part if isinstance(part, str) else stand_in(part) for part in self.parts)

    def _piece(self, part: str | int) -> str:
        if isinstance(part, str):
            return escape(part)
        macro = self.macros[part]
        result = macro.get("result") or {}
        if macro["status"] == "ok" and "markdown" in result:
            return escape(result["markdown"])
        return replacement(macro, preview=self.preview)


def _restored(
    parts: Sequence[str | int],
    macros: Sequence[Mapping[str, Any]],
    iframe_hosts: frozenset[str] | None,
    preview: bool,
    format: Literal["markdown", "text"],
) -> Source:
    return Source(parts, macros, html_policy(iframe_hosts), preview, format)
