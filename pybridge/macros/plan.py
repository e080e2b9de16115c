"""A document as a plan: its macros, which of them pair up, and in which order they run."""

from __future__ import annotations

from pybridge.macros.positions import Positions
from pybridge.macros.tokens import Token, find_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pybridge.macros.registry import Registry
    from pybridge.macros.script import Script

_LONGEST_RAW = 4096  # code points of a pair; a longer one is shown without its body


class Node:
    """A macro in a document."""

    __slots__ = (
        "close",
        "column",
        "depth",
        "end",
        "index",
        "line",
        "name",
        "params",
        "parent",
        "script",
        "start",
        "token_end",
        "written",
    )  # fmt: skip

    def __init__(
        self, token: Token, index: int, script: Script | None, parent: Node | None
    ) -> None:
        self.index = index
        """Its number among the document's macros, from 0."""
        self.written = token.name
        self.name = token.name.lower()
        self.params = token.params
        self.start = token.start
        self.token_end = token.end
        """Where its opening token ends and its body begins."""
        self.end = token.end
        """Where it ends, closing token included."""
        self.close: int | None = None
        """Where its closing token begins; None without one."""
        self.script = script
        """The macro that answers; None for an unknown one."""
        self.parent = parent
        """The paired macro whose body holds it."""
        self.depth = 1
        self.line = self.column = 1


class Plan:
    """What there is to do for a document."""

    __slots__ = ("_text", "nodes", "steps")

    def __init__(self, text: str, nodes: list[Node], steps: list[Node]) -> None:
        self._text = text
        self.nodes = nodes
        """All macros in document order, unknown ones included."""
        self.steps = steps
        """The known ones in the order they run: what a body holds before the macro it belongs to."""

    def raw(self, node: Node) -> str:
        """Return the macro as written, a pair with its body unless that is very long."""
        if node.end - node.start <= _LONGEST_RAW or node.close is None:
            return self._text[node.start : node.end]
        opening = self._text[node.start : node.token_end]
        return f"{opening}…{self._text[node.close : node.end]}"

    def display(self, node: Node) -> str:
        """Return "block" if nothing else stands on the macro's line or lines, else "inline"."""
        text, before, after = self._text, node.start - 1, node.end
        while before >= 0 and text[before] in " \t":
            before -= 1
        while after < len(text) and text[after] in " \t":
            after += 1
        starts = before < 0 or text[before] in "\r\n"
        return "block" if starts and (after == len(text) or text[after] in "\r\n") else "inline"


def make_plan(text: str, registry: Registry, *, markdown: bool) -> Plan:
    """Return the plan of a document."""
    tokens = find_tokens(text, markdown=markdown)
    has_closings = any(token.is_closing for token in tokens)
    closings = _pair(tokens, registry) if has_closings else {}
    return _arrange(text, tokens, closings, registry)


def _pair(tokens: list[Token], registry: Registry) -> dict[int, int]:
    """Map the number of an opening token to that of the closing token which binds to it.

    A closing token binds to the nearest open token of its name; what was opened in between and is
    still open stays without a body.
    """
    opened: list[int] = []
    by_name: dict[str, list[int]] = {}
    pairs: dict[int, int] = {}
    for number, token in enumerate(tokens):
        name = token.name.lower()
        if not token.is_closing:
            script = registry.macro(name)
            if script and script.metadata.has_body:
                opened.append(number)
                by_name.setdefault(name, []).append(number)
        elif by_name.get(name):
            pairs[by_name[name][-1]] = number
            while True:
                last = opened.pop()
                by_name[tokens[last].name.lower()].pop()
                if last in pairs:
                    break
    return pairs


def _arrange(text: str, tokens: list[Token], closings: dict[int, int], registry: Registry) -> Plan:
    positions = Positions(text)
    nodes: list[Node] = []
    steps: list[Node] = []
    parents: list[tuple[Node, int]] = []
    for number, token in enumerate(tokens):
        if parents and parents[-1][1] == number:
            node, _ = parents.pop()
            steps.append(node)
        if token.is_closing:
            continue
        parent = parents[-1][0] if parents else None
        node = Node(token, len(nodes), registry.macro(token.name.lower()), parent)
        node.line, node.column = positions.locate(token.start)
        node.depth = parent.depth + 1 if parent else 1
        nodes.append(node)
        if number in closings:
            closing = tokens[closings[number]]
            node.close, node.end = closing.start, closing.end
            parents.append((node, closings[number]))
        elif node.script is not None:
            steps.append(node)
    return Plan(text, nodes, steps)
