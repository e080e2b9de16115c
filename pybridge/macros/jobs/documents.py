"""One document, rendered step by step."""

from __future__ import annotations

from pybridge.macros.jobs.foreign_calls import awaited, waits_for_inner
from pybridge.macros.jobs.foreign_calls import report as awaiting_report
from pybridge.macros.jobs.placement import Placement
from pybridge.macros.jobs.plan import Node, Plan, make_plan
from pybridge.macros.jobs.reports import Report
from pybridge.macros.running.outcome import Outcome
from pybridge.macros.values.problems import problem
from pybridge.macros.values.sharing import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pybridge.macros.running.execution import Executor
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]
    Charges = Mapping[str, Mapping[str, str]]


_FULL_OUTPUTS = 16
"""All macros of a document together print as much as so many may."""


class SharedContext:
    """The values that the documents of a batch share."""

    __slots__ = ("data", "env", "packed_data", "packed_post", "post")

    def __init__(self, shared: Json) -> None:
        self.env: Json = {"isPreview": False, **shared.get("env", {})}
        self.post: Json | None = shared.get("post")
        self.data: Json = shared.get("data", {})
        self.packed_post = None if self.post is None else Shared(self.post)
        self.packed_data = Shared(self.data) if self.data else None


class DocumentContext:
    """Context shared by a document's macros: env, post, data."""

    __slots__ = ("_document", "data", "env", "is_preview", "path", "post")

    def __init__(self, document: Json, common: SharedContext) -> None:
        self._document = document
        self.path: str | None = document.get("path")
        env = document.get("env")
        self.env: Json = {**common.env, **env} if env else common.env.copy()
        if "source" not in self.env:
            source = {"kind": "document"}
            self.env["source"] = source if self.path is None else {**source, "id": self.path}
        self.is_preview: bool = self.env["isPreview"]
        post, data = document.get("post"), document.get("data")
        self.post = (
            Shared({**(common.post or {}), **post}) if post is not None else common.packed_post
        )
        self.data = Shared({**common.data, **data}) if data else common.packed_data

    def place(self, node: Node) -> Json:
        """Return where *node* is called."""
        place = {"line": node.line, "column": node.column}
        return place if self.path is None else {"path": self.path, **place}

    def context(self, node: Node, raw: str, display: str, body: str | None) -> Json:
        """Return a call.v1 for *node* that shares nothing mutable with any other."""
        macro: Json = {"name": node.name, "raw": raw, "display": display, "ordinal": node.index + 1}
        if node.parent is not None:
            macro["parent"] = {"name": node.parent.name}
        macro["position"] = (
            {"line": node.line, "column": node.column}
            if self.path is None
            else {"path": self.path, "line": node.line, "column": node.column}
        )
        script, env, post, data = node.script, self.env, self.post, self.data
        assert script is not None
        return {
            "abi": 1,
            "macro": macro,
            "params": node.read_params(),
            "body": body,
            "env": {**env, "hook": node.written, "source": {**env["source"]}},
            "post": None if post is None else post.copy(),
            "data": {} if data is None else data.copy(script.metadata.needs),
        }

    def own_context(self, node: Node, raw: str, display: str, body: str | None) -> Json:
        """Return `context` without what all documents share, of which every call would carry a copy."""
        call = self.context(node, raw, display, body)
        for name in ("post", "data"):
            own = self._document.get(name)
            if own is None:
                del call[name]
            else:
                call[name] = own
        return call


class KnownOutcomes:
    """Outcomes and failures of a document's macros that the host already knows."""

    __slots__ = ("_charges", "_known", "_refused", "is_known", "is_split")

    def __init__(
        self, charges: Charges, refused: Charges, known: Mapping[str, Any], *, is_split: bool
    ) -> None:
        """Take errors by step, errors by the path of the script, and outcomes by step.

        *is_split* says that some scripts are of another trust domain.
        """
        self.is_split = is_split
        self._charges = charges
        self._refused = refused
        self._known = known
        self.is_known = bool(charges or refused or known or is_split)
        """Whether there is anything."""

    def outcome(self, step: int) -> Json | None:
        """Return the outcome of a step that ran in another interpreter."""
        return self._known.get(str(step))

    def charge(self, step: int, script: Script | None) -> Mapping[str, str] | None:
        """Return the failure assigned to a step, None if it may run."""
        charge = self._charges.get(str(step))
        if charge is None and self._refused and script is not None:
            charge = self._refused.get(script.path)
        return charge


class DocumentRun:
    """A document being rendered: its plan, its progress, and the outcomes so far."""

    __slots__ = (
        "_context", "_count", "_executor", "_known", "_limits", "_outcomes", "_placement", "_plan", "_registry", "_text",
        "step",
    )  # fmt: skip

    def __init__(
        self,
        document: Json,
        context: DocumentContext,
        registry: Registry,
        executor: Executor,
        known: KnownOutcomes,
        limits: Limits,
    ) -> None:
        self._text: str = document["text"]
        self._context = context
        self._registry = registry
        self._executor = executor
        self._known = known
        self._limits = limits
        markdown = document.get("format", "markdown") == "markdown"
        self._plan: Plan = make_plan(self._text, registry, markdown=markdown)
        self._outcomes: list[Outcome | None] = [None] * len(self._plan.nodes)
        self._placement: Placement | None = None
        self._count = len(self._plan.steps)
        self.step = 0
        """How many steps are complete."""

    @property
    def macros(self) -> int:
        """How many macros the document has, unknown ones included."""
        return len(self._plan.nodes)

    @property
    def is_complete(self) -> bool:
        """Whether no step is left."""
        return self.step == self._count

    @property
    def next_script(self) -> Script | None:
        """The script of the next step; None when none is left."""
        return None if self.is_complete else self._plan.steps[self.step].script

    def _place(self) -> Placement:
        """Return what fits outputs into their places; most documents need none."""
        placement = self._placement
        if placement is None:
            most_bytes, is_preview = self._limits.output_bytes, self._context.is_preview
            placement = self._placement = Placement(
                self._text, self._plan, self._outcomes, most_bytes, is_preview=is_preview
            )
        return placement

    def advance(self) -> bool:
        """Do the next step; return whether it was the last."""
        node = self._plan.steps[self.step]
        is_doubtful = self._known.is_known or node.depth > self._limits.input_depth
        outcome = self._foreseen(node) if is_doubtful else None
        self._outcomes[node.index] = self._execute(node) if outcome is None else outcome
        self.step += 1
        return self.step == self._count

    @property
    def last(self) -> tuple[Node, Json]:
        """The macro of the step before, and its outcome.v1."""
        node = self._plan.steps[self.step - 1]
        outcome = self._outcomes[node.index]
        assert node.script is not None
        assert outcome is not None
        return node, outcome.to_json(node.script)

    def warn(self, value: Json) -> None:
        """Add a warning to the outcome of the step before."""
        node = self._plan.steps[self.step - 1]
        outcome = self._outcomes[node.index]
        assert node.script is not None
        assert outcome is not None
        self._outcomes[node.index] = outcome.warned(node.script, value)

    def place(self, node: Node) -> Json:
        """Return where *node* is called."""
        return self._context.place(node)

    def _foreseen(self, node: Node) -> Outcome | None:
        """Return the outcome of a macro that need not run, or must not."""
        assert node.script is not None
        outcome = self._known.outcome(self.step)
        if outcome is not None:
            return Outcome(None, _called_as(outcome, node.written))
        error = self._refusal(node)
        if error is None:
            return self._awaited(node) if self._known.is_split else None
        error = {**error, "macro": node.written, "call": self._context.place(node)}
        return Outcome(None, {"error": error, "scriptId": node.script.id})

    def _awaited(self, node: Node) -> Outcome | None:
        """Return a placeholder for an outcome from another trust domain, None if the script runs here."""
        assert node.script is not None
        if waits_for_inner(self._plan, node, self._outcomes):
            return awaited(None)
        if not node.script.is_foreign:
            return None
        body = None if node.close is None else self._place().body(node)
        return awaited(self._context.own_context(node, *self._plan.shown(node), body))

    def _refusal(self, node: Node) -> Json | None:
        charge = self._known.charge(self.step, node.script)
        if charge is not None:
            return problem(charge["code"], charge["message"])
        if node.depth <= self._limits.input_depth:
            return None
        message = f"macros nest more than {self._limits.input_depth} levels here"
        return problem("input-limit", message)

    def _execute(self, node: Node) -> Outcome:
        body = None if node.close is None else self._place().body(node)
        context = self._context
        if body is not None and len(body) > self._limits.input_bytes:
            message = f"the macro's body has more than {self._limits.input_bytes} bytes"
            place = context.place(node)
            error = problem("input-limit", message, macro=node.written, call=place)
            return Outcome(None, {"error": error})
        assert node.script is not None
        call = context.context(node, *self._plan.shown(node), body)
        at = context.path, node.line, node.column
        return self._executor.execute(node.script, call, node.written, at)

    def finish(self) -> str:
        """Return the document's outcome as JSON, or the calls that it waits for."""
        waiting = awaiting_report(self._plan, self._outcomes) if self._known.is_split else None
        if waiting is not None:
            return waiting
        path, most_printed = self._context.path, self._limits.stdout_bytes * _FULL_OUTPUTS
        own = self._registry, self._place, most_printed
        return Report(self._text, self._plan, path, *own).write(self._outcomes)


def _called_as(outcome: Json, name: str) -> Json:
    """Return a known outcome; its error names the macro as the document does."""
    error = outcome.get("error")
    return outcome if error is None else {**outcome, "error": {**error, "macro": name}}
