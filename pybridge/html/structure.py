"""Where HTML elements may stand, from the file of the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Structure:
    """Which elements end others, contain others, or contain nothing."""

    void_tags: frozenset[str]
    """Without an end tag, also such as are not allowed."""
    raw_text_tags: frozenset[str]
    """A parser reads no tags in them: their content is left out."""
    svg_tags: frozenset[str]
    math_tags: frozenset[str]
    math_text_tags: frozenset[str]
    """They hold nothing but text."""
    headings: frozenset[str]
    closing_paragraphs: frozenset[str]
    closed_by_ruby_text: frozenset[str]
    html_tags: frozenset[str]

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Structure:
        """Take the parts of the policy's file that are about structure."""
        svg, math = frozenset(raw["svgTags"]), frozenset(raw["mathTags"])
        return Structure(
            void_tags=frozenset(raw["voidTags"]),
            raw_text_tags=frozenset(raw["rawTextTags"]),
            svg_tags=svg,
            math_tags=math,
            math_text_tags=frozenset(raw["mathTextTags"]),
            headings=frozenset(raw["headings"]),
            closing_paragraphs=frozenset(raw["closingParagraphs"]),
            closed_by_ruby_text=frozenset(raw["closedByRubyText"]),
            html_tags=frozenset(raw["tags"]) - (svg | math) | {"a", "svg", "math"},
        )
