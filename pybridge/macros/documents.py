"""One document, rendered step by step."""

from __future__ import annotations

from pybridge.macros.params import read_params
from pybridge.macros.plan import Node, Plan, make_plan
from pybridge.macros.problems import problem, warning
from pybridge.macros.sharing import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pybridge.macros.execution import Executor
    from pybridge.macros.registry import Registry
    from pybridge.macros.script import Script

    Json = dict[str, Any]
    Charges = Mapping[str, Mapping[str, str]]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

_MOST_EXPLAINED = 100


class Surroundings:
    """What a document's macros are told besides themselves: env, post, data."""

    __slots__ = ("data", "env", "has_post", "is_preview", "path", "post")

    def __init__(self, document: Json, shared: Json, shared_data: Shared) -> None:
        self.path: str | None = document.get("path")
        self.env: Json = {"isPreview": False, **shared.get("env", {}), **document.get("env", {})}
        if "source" not in self.env:
            source = {"kind": "document"}
            self.env["source"] = source if self.path is None else {**source, "id": self.path}
        self.is_preview: bool = self.env["isPreview"]
        posts = [part["post"] for part in (shared, document) if part.get("post") is not None]
        self.has_post = bool(posts)
        self.post = Shared({key: value for post in posts for key, value in post.items()})
        data = document.get("data")
        self.data = Shared({**shared.get("data", {}), **data}) if data else shared_data

    def place(self, node: Node) -> Json:
        """Return where *node* is called."""
        place = {"line": node.line, "column": node.column}
        return place if self.path is None else {"path": self.path, **place}

    def context(self, node: Node, raw: str, display: str, body: str | None) -> Json:
        """Return a call.v1 for *node* that shares nothing mutable with any other."""
        macro: Json = {"name": node.name, "raw": raw, "display": display, "ordinal": node.index + 1}
        if node.parent is not None:
            macro["parent"] = {"name": node.parent.name}
        macro["position"] = self.place(node)
        assert node.script is not None
        return {
            "abi": 1,
            "macro": macro,
            "params": read_params(node.params) if node.params else {},
            "body": body,
            "env": {**self.env, "hook": node.written, "source": {**self.env["source"]}},
            "post": self.post.copy() if self.has_post else None,
            "data": self.data.copy(node.script.metadata.needs),
        }


class DocumentRun:
    """A document on its way: the plan, how far it has come, and what came out so far."""

    __slots__ = (
        "_around", "_charges", "_depth", "_executor", "_explained", "_input_bytes", "_outcomes", "_plan",
        "_refused", "_registry", "_text", "step",
    )  # fmt: skip

    def __init__(
        self,
        document: Json,
        around: Surroundings,
        registry: Registry,
        executor: Executor,
        charges: Charges,
        refused: Charges,
        limits: tuple[int, int],
    ) -> None:
        self._text: str = document["text"]
        self._around = around
        self._registry = registry
        self._executor = executor
        self._charges = charges
        self._refused = refused
        self._input_bytes, self._depth = limits
        markdown = document.get("format", "markdown") == "markdown"
        self._plan: Plan = make_plan(self._text, registry, markdown=markdown)
        self._outcomes: list[Json | None] = [None] * len(self._plan.nodes)
        self._explained: dict[str, str] = {}
        self.step = 0
        """How many steps are complete."""

    @property
    def macros(self) -> int:
        """How many macros the document has, unknown ones included."""
        return len(self._plan.nodes)

    @property
    def is_complete(self) -> bool:
        """Whether no step is left."""
        return self.step == len(self._plan.steps)

    @property
    def next_script(self) -> Script | None:
        """The script of the next step; None when none is left."""
        return None if self.is_complete else self._plan.steps[self.step].script

    def advance(self) -> None:
        """Do the next step."""
        node = self._plan.steps[self.step]
        charge = self._charges.get(str(self.step)) or self._charge_of(node.script)
        error = (
            self._refusal(node) if charge is None else problem(charge["code"], charge["message"])
        )
        if error is not None:
            assert node.script is not None
            error = {**error, "macro": node.written, "call": self._around.place(node)}
            self._outcomes[node.index] = {"error": error, "scriptId": node.script.id}
        else:
            self._outcomes[node.index] = self._execute(node)
        self.step += 1

    def _charge_of(self, script: Script | None) -> Mapping[str, str] | None:
        """Return what all macros of a script are charged with, if its fate is known."""
        return self._refused.get(script.path) if self._refused and script else None

    def _refusal(self, node: Node) -> Json | None:
        if node.depth <= self._depth:
            return None
        message = f"macros nest more than {self._depth} levels here"
        return problem("input-limit", message)

    def _execute(self, node: Node) -> Json:
        body = None if node.close is None else self._body(node)
        around = self._around
        if body is not None and len(body) > self._input_bytes:
            message = f"the macro's body has more than {self._input_bytes} bytes"
            return {
                "error": problem(
                    "input-limit", message, macro=node.written, call=around.place(node)
                )
            }
        assert node.script is not None
        plan = self._plan
        context = around.context(node, plan.raw(node), plan.display(node), body)
        return self._executor.execute(node.script, context, node.written, around.place(node))

    def _body(self, node: Node) -> str:
        """Return a paired macro's body, the macros in it replaced by their outputs."""
        assert node.close is not None
        pieces: list[str] = []
        at = node.token_end
        nodes, index = self._plan.nodes, node.index + 1
        while index < len(nodes) and nodes[index].start < node.close:
            inner = nodes[index]
            index += 1
            if inner.start < at or inner.script is None:
                continue  # inside a pair already replaced, or unknown and verbatim
            pieces += (self._text[at : inner.start], self._inner_output(inner))
            at = inner.end
        pieces.append(self._text[at : node.close])
        return "".join(pieces)

    def _inner_output(self, node: Node) -> str:
        outcome = self._outcomes[node.index]
        assert outcome is not None
        if "error" in outcome:
            if not self._around.is_preview:
                return ""
            title = outcome["error"]["message"].translate(_ESCAPES)
            raw = self._plan.raw(node).translate(_ESCAPES)
            return f'<span class="macro-error" title="{title}">{raw}</span>'
        result = outcome["result"]
        if "text" in result:
            return str(result["text"].translate(_ESCAPES))
        return str(result["html"] if "html" in result else result["markdown"])

    def finish(self) -> Json:
        """Return the document's outcome."""
        warnings: list[Json] = []
        errors: list[Json] = []
        macros = [self._report(node, warnings, errors) for node in self._plan.nodes]
        return {"parts": self._parts(), "macros": macros, "warnings": warnings, "errors": errors}

    def _parts(self) -> list[str | int]:
        parts: list[str | int] = []
        at = 0
        for node in self._plan.nodes:
            if node.start < at or node.script is None:
                continue
            if node.start > at:
                parts.append(self._text[at : node.start])
            parts.append(node.index)
            at = node.end
        if at < len(self._text):
            parts.append(self._text[at:])
        return parts

    def _explain(self, name: str) -> str:
        """Say why there is no such macro; each name is looked into once, and not too many of them."""
        if name not in self._explained:
            if len(self._explained) >= _MOST_EXPLAINED:
                return f"no macro named {name!r}"
            message, hint = self._registry.explain(name)
            self._explained[name] = f"{message}, {hint}" if hint else message
        return self._explained[name]

    def _report(self, node: Node, warnings: list[Json], errors: list[Json]) -> Json:
        """Return the macroOutcome of *node* and add what it has to say to the document's lists."""
        around, plan, script = self._around, self._plan, node.script
        report: Json = {
            "name": node.name,
            "slug": script.slug if script else None,
            "scriptId": script.id if script else None,
            "raw": plan.raw(node),
            "display": plan.display(node),
            "ordinal": node.index + 1,
            "position": {**around.place(node), "offset": node.start},
        }
        if node.parent is not None:
            report["parent"] = {"name": node.parent.name}
        outcome = self._outcomes[node.index]
        if outcome is None:
            message = self._explain(node.name)
            warnings.append(warning("not-found", message, node.written, around.place(node)))
            return {**report, "status": "unknown"}
        report["status"] = "error" if "error" in outcome else "ok"
        report.update(
            (key, outcome[key]) for key in ("result", "error", "stdout", "stderr") if key in outcome
        )
        warnings += outcome.get("warnings", ())
        if "error" in outcome:
            errors.append(outcome["error"])
        return report
