"""Write the outcome of a document as JSON.

Written piece by piece: a tree of dicts, made only to be encoded, would cost more than rendering.
"""

from __future__ import annotations

from pybridge.macros.jobs.overlooked import overlooked
from pybridge.macros.scripts.metadata import slugify
from pybridge.macros.values.json_text import quote as _quote
from pybridge.macros.values.json_text import write as _write
from pybridge.macros.values.problems import warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from pybridge.macros.jobs.placement import Placement
    from pybridge.macros.jobs.plan import Node, Plan
    from pybridge.macros.running.outcome import Outcome
    from pybridge.macros.scripts.registry import Registry

    Json = dict[str, Any]

_LONGEST_TITLE = 80
_MOST_EXPLAINED = 100
_CUT = "\n… output cut: the macros of a document print {} bytes at most\n"
_MEMBERS = ("result", "error", "stdout", "stderr")


class Report:
    """Builds the docOutcome of one document."""

    __slots__ = (
        "_errors", "_explained", "_left", "_path", "_place", "_placed", "_plan", "_printed", "_registry",
        "_text", "_warnings",
    )  # fmt: skip

    def __init__(
        self,
        text: str,
        plan: Plan,
        path: str | None,
        registry: Registry,
        placement: Callable[[], Placement],
        most_printed: int,
    ) -> None:
        """*placement* is asked once an output has several lines."""
        self._text = text
        self._plan = plan
        self._path = path
        self._place = "{" if path is None else f'{{"path":{_quote(path)},'
        self._registry = registry
        self._placed = placement
        self._printed = self._left = most_printed
        self._explained: dict[str, str] = {}
        self._warnings: list[tuple[int, Json]] = []
        self._errors: list[Json] = []

    def write(self, outcomes: Sequence[Outcome | None]) -> str:
        """Return the docOutcome as JSON; *outcomes* are those of the plan's nodes, None of unknown ones."""
        text, at = self._text, 0
        parts: list[str] = []
        macros: list[str] = []
        for node, outcome in zip(self._plan.nodes, outcomes, strict=True):
            macros.append(self._macro(node, outcome))
            if node.start >= at and node.script is not None:  # neither inside another one nor text
                if node.start > at:
                    parts.append(_quote(text[at : node.start]))
                parts.append(str(node.index))
                at = node.end
        if at < len(text):
            parts.append(_quote(text[at:]))
        self._warnings += overlooked(text, self._plan, self._registry, self._path)
        problems = '"warnings":[],"errors":[]'
        if self._warnings or self._errors:
            warnings = [each for _, each in sorted(self._warnings, key=lambda pair: pair[0])]
            problems = f'"warnings":{_write(warnings)},"errors":{_write(self._errors)}'
        return f'{{"parts":[{",".join(parts)}],"macros":[{",".join(macros)}],{problems}}}'

    def _macro(self, node: Node, outcome: Outcome | None) -> str:
        """Return the macroOutcome of *node* and collect its warnings and error."""
        raw, display = node.shown or self._plan.shown(node)
        script = node.script
        names = '"slug":null,"scriptId":null' if script is None else script.json_names
        parent = "" if node.parent is None else f',"parent":{{"name":"{node.parent.name}"}}'
        html = None if outcome is None else outcome.html
        if html is not None and "\n" not in html and "\r" not in html:
            end = f'"status":"ok","result":{{"html":{_quote(html)}}}'
        else:
            end = self._unknown(node) if outcome is None else self._fitted(node, outcome)
        return (
            f'{{"name":"{node.name}",{names},"raw":{_quote(raw)},'
            f'"display":"{display}","ordinal":{node.index + 1},"position":{self._place}'
            f'"line":{node.line},"column":{node.column},"offset":{node.start}}}{parent},{end}}}'
        )

    def _fitted(self, node: Node, outcome: Outcome) -> str:
        """Return the margin, status and members of an outcome as it fits into its place."""
        outcome, margin, misfit = self._placed().fit(node, outcome)
        if misfit is not None:
            found = warning("layout", misfit, node.written, self._call(node))
            self._warnings.append((node.start, found))
        start = f'"margin":{_quote(margin)},"status":' if margin else '"status":'
        if outcome.html is not None:
            return f'{start}"ok","result":{{"html":{_quote(outcome.html)}}}'
        rest = outcome.rest
        assert rest is not None
        self._warnings += [(node.start, each) for each in rest.get("warnings", ())]
        if "error" in rest:
            self._errors.append(rest["error"])
        for name in ("stdout", "stderr"):
            if rest.get(name):
                rest = {**rest, name: self._shortened(rest[name])}
        members = [f',"{key}":{_write(rest[key])}' for key in _MEMBERS if key in rest]
        return start + ('"error"' if "error" in rest else '"ok"') + "".join(members)

    def _shortened(self, printed: str) -> str:
        encoded = printed.encode("utf-8", "replace")
        left, self._left = self._left, max(0, self._left - len(encoded))
        return (
            printed
            if len(encoded) <= left
            else encoded[:left].decode("utf-8", "ignore") + _CUT.format(self._printed)
        )

    def _unknown(self, node: Node) -> str:
        """Return the status of a macro that is not known."""
        message = self._explain_title(node) or self._explain(node.name)
        found = warning("not-found", message, node.written, self._call(node))
        self._warnings.append((node.start, found))
        return '"status":"unknown"'

    def _call(self, node: Node) -> Json:
        place = {"line": node.line, "column": node.column}
        return place if self._path is None else {"path": self._path, **place}

    def _explain_title(self, node: Node) -> str | None:
        """Return what to write for the title of a script, such as `my card`; None if it is none."""
        title = f"{node.written}{node.params}"
        if not node.params or "=" in title or len(title) > _LONGEST_TITLE:
            return None
        name = slugify(title)
        is_macro = self._registry.called(name)[1] is not None
        return f"no macro named {node.name!r}, did you mean {name!r}?" if is_macro else None

    def _explain(self, name: str) -> str:
        """Explain why there is no such macro; each name once, and a limited number of names."""
        if name not in self._explained:
            if len(self._explained) >= _MOST_EXPLAINED:
                return f"no macro named {name!r}"
            message, hint = self._registry.explain(name)
            self._explained[name] = f"{message}, {hint}" if hint else message
        return self._explained[name]
