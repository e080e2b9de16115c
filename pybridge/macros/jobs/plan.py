"""A document as a plan: its macros, which of them pair up, and in which order they run."""

from __future__ import annotations

from pybridge.macros.syntax.margins import Margins, has_line_end
from pybridge.macros.syntax.params import read_params
from pybridge.macros.syntax.positions import Positions
from pybridge.macros.syntax.tokens import scan_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.syntax.params import Finding
    from pybridge.macros.syntax.tokens import Found

_BLANK = " \t\r\n"
_LONGEST_RAW = 4096  # code points of a pair; a longer one is shown without its body


class Node:
    """A macro in a document."""

    parent: Node | None = None
    """The paired macro whose body holds it."""
    close: int | None = None
    """Where its closing token begins; None without one."""
    depth = 1
    shown: tuple[str, str] | None = None
    """How it is written and displayed, once asked for."""
    misread: Sequence[Finding] | None = None
    """What is wrong in its params, once they are read."""

    def __init__(
        self, index: int, found: Found, meant: tuple[str, Script | None], place: tuple[int, int]
    ) -> None:
        self.start, self.token_end, self.written, self.params, _, self._plain = found
        self.index = index
        """Its number among the document's macros, from 0."""
        self.name, self.script = meant
        """Its name in lower case, and the macro that answers; None for an unknown one."""
        self.end = self.token_end
        """Where it ends, closing token included; its opening token ends at `token_end`."""
        self.line, self.column = place

    def read_params(self) -> dict[str, Any]:
        """Return its params in a dict of their own."""
        params = self._plain
        if params is not None:
            self._plain, self.misread = None, ()
            return params
        params, self.misread = read_params(self.params)
        return params


class Plan:
    """What there is to do for a document."""

    __slots__ = (
        "_margins",
        "_text",
        "_tokens",
        "is_markdown",
        "nodes",
        "others",
        "steps",
        "strays",
    )

    def __init__(
        self,
        text: str,
        is_markdown: bool,
        nodes: list[Node],
        steps: list[Node],
        tokens: int,
        others: list[int],
        strays: Sequence[Found] = (),
    ) -> None:
        self._text = text
        self._tokens = tokens
        self.is_markdown = is_markdown
        self._margins: Margins | None = None
        self.nodes = nodes
        """All macros in document order, unknown ones included."""
        self.steps = steps
        """The known ones in the order they run: what a body holds before the macro it belongs to."""
        self.others = others
        """Offsets of the `[[` that begin no macro."""
        self.strays = strays
        """Closing tokens that close nothing."""

    @property
    def margins(self) -> Margins:
        """What its lines stand in; most documents are never asked."""
        if self._margins is None:
            self._margins = Margins(self._text, markdown=self.is_markdown)
        return self._margins

    @property
    def has_other_brackets(self) -> bool:
        """Whether the text has more opening brackets than its tokens begin with."""
        return self._text.count("[") > self._tokens * len("[[")

    def shown(self, node: Node) -> tuple[str, str]:
        """Return the macro as written, a very long pair without its body, and how it stands.

        It is a "block" if nothing else stands on its line or lines, else "inline". The marks of quotes and list
        items are something else, but not before a pair of several lines.
        """
        shown = node.shown
        if shown is None:
            start, end, text = node.start, node.end, self._text
            is_short = end - start <= _LONGEST_RAW or node.close is None
            raw = text[start:end] if is_short else self._without_body(node)
            is_inline = start > 0 and text[start - 1] not in _BLANK and text[start - 1] != ">"
            shown = node.shown = raw, "inline" if is_inline else self._display(node)
        return shown

    def _without_body(self, node: Node) -> str:
        opening = self._text[node.start : node.token_end]
        return f"{opening}…{self._text[node.close : node.end]}"

    def _display(self, node: Node) -> str:
        text, before, after = self._text, node.start - 1, node.end
        while before >= 0 and text[before] in " \t":
            before -= 1
        if before >= 0 and text[before] not in "\r\n" and not self._begins_container(node):
            return "inline"
        while after < len(text) and text[after] in " \t":
            after += 1
        return "block" if after == len(text) or text[after] in "\r\n" else "inline"

    def _begins_container(self, node: Node) -> bool:
        """Whether a pair of several lines is the first in its quote or list item."""
        if node.close is None or not has_line_end(self._text, node.start, node.end):
            return False
        return self.margins.begins_container(node.start)


def make_plan(text: str, registry: Registry, *, markdown: bool) -> Plan:
    """Return the plan of a document."""
    tokens, others = scan_tokens(text, markdown=markdown)
    if any(token[4] for token in tokens):  # start, end, name, params, whether it closes
        return _arrange((text, markdown), (tokens, others), _pair(tokens, registry), registry)
    locate, remembered, called = Positions(text).locate, registry.remembered, registry.called
    nodes = [
        Node(index, token, remembered.get(token[2]) or called(token[2]), locate(token[0]))
        for index, token in enumerate(tokens)
    ]
    steps = [node for node in nodes if node.script is not None]
    return Plan(text, markdown, nodes, steps, len(tokens), others)


def _pair(tokens: list[Found], registry: Registry) -> dict[int, int]:
    """Map the number of an opening token to that of the closing token which binds to it.

    A closing token binds to the nearest open token of its name; what was opened in between and is
    still open stays without a body.
    """
    opened: list[int] = []
    by_name: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for number, (_, _, written, _, is_closing, _) in enumerate(tokens):
        name, script = registry.called(written)
        if not is_closing:
            if script and script.metadata.has_body:
                opened.append(number)
                by_name.setdefault(name, []).append(number)
        elif by_name.get(name):
            pairs[by_name[name][-1]] = number
            while True:
                last = opened.pop()
                by_name[tokens[last][2].lower()].pop()
                if last in pairs:
                    break
    return pairs


def _arrange(
    document: tuple[str, bool],
    found: tuple[list[Found], list[int]],
    closings: dict[int, int],
    registry: Registry,
) -> Plan:
    (text, is_markdown), (tokens, others) = document, found
    positions = Positions(text)
    nodes: list[Node] = []
    steps: list[Node] = []
    parents: list[tuple[Node, int]] = []
    for number, token in enumerate(tokens):
        if parents and parents[-1][1] == number:
            node, _ = parents.pop()
            steps.append(node)
        if token[4]:
            continue
        node = Node(len(nodes), token, registry.called(token[2]), positions.locate(token[0]))
        if parents:
            node.parent = parents[-1][0]
            node.depth = node.parent.depth + 1
        nodes.append(node)
        if number in closings:
            node.close, node.end, *_ = tokens[closings[number]]
            parents.append((node, closings[number]))
        elif node.script is not None:
            steps.append(node)
    used = {*closings.values()}
    strays = [token for number, token in enumerate(tokens) if token[4] and number not in used]
    return Plan(text, is_markdown, nodes, steps, len(tokens), others, strays)
