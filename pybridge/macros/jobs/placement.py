"""How macros stand in their document: the bodies of pairs, and outputs of several lines in lists, quotes and tables."""

from __future__ import annotations

import re

from pybridge.macros.running.outcome import Outcome
from pybridge.macros.syntax.margins import has_line_end, line_ends, margin_of, with_margin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pybridge.macros.jobs.plan import Node, Plan

    Fitted = tuple[str, str]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_LINE_ENDS = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")
_MEANT_LINES = re.compile(r"<(?:pre|textarea|script|style|!--)", re.I)
"""HTML in which a line end is not a mere blank."""
_OPENING_FENCE = re.compile(r" {0,3}(?:```[^`\r\n]*[\r\n]|~~~)")
_LAST_FENCE = re.compile(r"[\r\n][ \t>]*(?:```+|~~~+)[ \t]*\Z")
_TEXT_BEHIND = re.compile(r"[ \t]*[^ \t\r\n]")
_KINDS = {"html": "HTML", "markdown": "Markdown", "text": "text", "error": "macro"}


class Placement:
    """Fits the outputs of a document's macros into their places."""

    __slots__ = ("_is_preview", "_margins", "_most_bytes", "_outcomes", "_plan", "_text")

    def __init__(
        self,
        text: str,
        plan: Plan,
        outcomes: Sequence[Outcome | None],
        most_bytes: int,
        *,
        is_preview: bool,
    ) -> None:
        """Take *outcomes* by the number of their macros; more may come in.

        *most_bytes* bounds each output together with its margins.
        """
        self._text = text
        self._most_bytes = most_bytes
        self._plan = plan
        self._outcomes = outcomes
        self._is_preview = is_preview
        self._margins = plan.margins

    def fit(self, node: Node, outcome: Outcome) -> tuple[Outcome, str, str | None]:
        """Return the outcome as it fits, the margin of its lines behind the first, and why it does not fit."""
        kind, text = self._output(node, outcome)
        if not has_line_end(text):
            return outcome, "", None
        fitted = self._on_its_own_line(node, kind, text) or self._fitted(node, kind, text, 0)
        if fitted is None:
            reason = f"{_KINDS[kind]} of several lines does not fit into a table's row or a heading"
            return outcome, "", reason
        fitting, margin = fitted
        if fitting != text:
            outcome = outcome.with_output(kind, fitting)
        size = len(fitting.encode("utf-8", "replace")) + len(margin) * line_ends(fitting)
        if margin and size > self._most_bytes:
            return outcome, "", "the output has too many lines to be indented as the macro is"
        is_joined = kind == "markdown" and self._plan.is_markdown
        misfit = self._joined_fence(node, fitting) if is_joined else None
        return outcome, margin if has_line_end(fitting) else "", misfit

    def _on_its_own_line(self, node: Node, kind: str, text: str) -> Fitted | None:
        """Return Markdown below the line of its macro, where that is indented so far that no block begins in it."""
        if kind != "markdown" or self._margins.outdented(node.start) is None:
            return None
        if _TEXT_BEHIND.match(self._text, node.end):
            return None
        return "\n" + text, margin_of(self._margins.containers(node.start))

    def _joined_fence(self, node: Node, text: str) -> str | None:
        """Return what is wrong where a fence of code stands in one line with text of the document."""
        fence = _OPENING_FENCE.match(text)
        if fence and not self._margins.is_first(node.start):
            return "text stands before it in the line in which its code block begins"
        fence = _LAST_FENCE.search(text)
        if fence and _TEXT_BEHIND.match(self._text, node.end):
            return "text follows in the line in which its code block ends: that line ends no code"
        return None

    def body(self, node: Node) -> str:
        """Return a paired macro's body: without the margin of its place, the macros in it as their outputs."""
        assert node.close is not None
        nodes, index, at = self._plan.nodes, node.index + 1, node.token_end
        is_plain = not has_line_end(self._text, at, node.close) and (
            index == len(nodes) or nodes[index].start > node.close
        )
        containers = () if is_plain else self._margins.containers(node.start)
        pieces: list[str] = []
        while index < len(nodes) and nodes[index].start < node.close:
            inner = nodes[index]
            index += 1
            if inner.start < at or inner.script is None:
                continue  # inside a pair already replaced, or unknown and verbatim
            pieces += (
                self._margins.without(containers, at, inner.start),
                self._inside(inner, len(containers)),
            )
            at = inner.end
        pieces.append(self._margins.without(containers, at, node.close))
        return "".join(pieces)

    def _inside(self, node: Node, passed: int) -> str:
        """Return an output for a body that is without the margin of so many containers."""
        outcome = self._outcomes[node.index]
        assert outcome is not None
        html = outcome.html
        if html is not None and not has_line_end(html):
            return html
        kind, text = self._output(node, outcome)
        fitted = self._fitted(node, kind, text, passed) if has_line_end(text) else None
        if fitted is not None:
            text = with_margin(*fitted, self._text[node.end : node.end + 1])
        if kind == "text":
            return text.translate(_ESCAPES)
        if kind != "error":
            return text
        if not self._is_preview:
            return ""
        title = outcome.message.translate(_ESCAPES)
        return f'<span class="macro-error" title="{title}">{text.translate(_ESCAPES)}</span>'

    def _output(self, node: Node, outcome: Outcome) -> tuple[str, str]:
        """Return the kind of an output and its text; of an error what a preview shows."""
        return outcome.output or ("error", self._plan.shown(node)[0])

    def _fitted(self, node: Node, kind: str, text: str, passed: int) -> Fitted | None:
        """Return a text of several lines as it fits and the margin of its further lines; None if it does not fit."""
        margins, start = self._margins, node.start
        if margins.is_in_single_line(start):
            joined = text if kind == "error" else in_one_line(kind, text)
            return None if joined is None else (joined, "")
        if kind != "error" and margins.follows_mark(start):
            text = text.lstrip("\r\n")  # an item begins with one empty line at most
        margin = margin_of(margins.containers(start)[passed:])
        if kind == "markdown":
            text = margins.missing(start, passed) + text
        is_indented = kind == "markdown" and node.close is None  # the lines of a body are already
        if is_indented or margins.is_in_code(start):
            margin += margins.indentation(start)
        return text, margin


def in_one_line(kind: str, text: str) -> str | None:
    """Return a text with blanks for its line ends; None if these mean more than blanks."""
    text = text.strip("\r\n")
    if kind == "markdown":
        return None if has_line_end(text) else text
    if kind == "html" and _MEANT_LINES.search(text):
        return None
    return _LINE_ENDS.sub(" ", text)
