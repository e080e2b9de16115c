"""The engine's door: JSON text in, JSON text out, the same in every sandbox.

Each reply starts with a flag: `.` when the engine is idle, `+` when a job has more to do and the
host must call `step` again. Behind it stands one JSON message, or nothing.
"""

from __future__ import annotations

from pybridge.macros.guard.guard import Guard
from pybridge.macros.jobs.call_batches import CallsJob, batch_refusal
from pybridge.macros.jobs.calls import Renderer, too_large
from pybridge.macros.jobs.document_batches import DocumentsJob
from pybridge.macros.jobs.messages import read_message
from pybridge.macros.jobs.previews import Previewer
from pybridge.macros.jobs.programs import run_program, unknown_script
from pybridge.macros.jobs.transforms import TransformJob
from pybridge.macros.jobs.verdicts import judged
from pybridge.macros.running.execution import Executor
from pybridge.macros.running.streams import Streams
from pybridge.macros.scripts.helpers import Helpers
from pybridge.macros.scripts.modules import forget_module
from pybridge.macros.scripts.registry import Registry
from pybridge.macros.scripts.script import Reader, Script
from pybridge.macros.values import json_text
from pybridge.macros.values.limits import Limits
from pybridge.macros.values.posts import check_post
from pybridge.macros.values.problems import problem, tidy
from pybridge.macros.values.shapes import check_shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pybridge.macros.running.streams import Emit

    Json = dict[str, Any]
    Job = CallsJob | DocumentsJob | TransformJob

_IDLE, _MORE = ".", "+"
_BATCHES = {"outcomes": "outcomes", "previewed": "texts", "documents": "documents"}
"""Replies with a list of what came out of items, by kind; jobs fill it with JSON texts."""
_DEEPEST = 400  # levels of any message: what is safe to parse everywhere
_BATCHED = frozenset(("render", "preview", "documents"))  # what may be gone over again
_WRAPPING = 1  # levels that a message puts at least around an item


class Session:
    """One engine: loaded scripts, limits, and at most one job."""

    def __init__(self, emit: Emit | None = None) -> None:
        """Emit takes stream name and text of what a program prints, as it comes."""
        self._emit = emit
        self._limits = Limits()
        self._reader = Reader()
        self._registry = Registry()
        self._streams = Streams(self._limits.stdout_bytes)
        self._guard = Guard()
        self._executor = Executor(self._registry, self._limits, self._streams, self._guard)
        self._renderer = Renderer(self._registry, self._executor, self._limits)
        self._previewer = Previewer(self._registry, self._executor, self._limits)
        self._helpers = Helpers()
        self._job: Job | None = None
        self._text = ""
        self._verbs: dict[str, Callable[[Json, bool], Json]] = {
            "load": self._load,
            "render": self._render,
            "documents": self._documents,
            "preview": self._preview,
            "transform": self._transform,
            "cancel": self._cancel,
            "check": self._check,
            "run": self._run,
            "limits": self._set_limits,
        }

    def wake(self) -> None:
        """Begin to serve a host; what was read before was read for all of them."""
        self._reader.wake()

    def handle(self, text: str) -> str:
        """Take one message and return flag and reply; bad input is refused, never raised."""
        number: int | None = None
        try:
            is_large = self._is_large(text)
            if is_large and json_text.is_deeper(text, _DEEPEST):
                raise Refused("input-limit", f"the message nests more than {_DEEPEST} levels")
            message = json_text.parse(text)
            number = _id_of(message)
            complaint = read_message(message)
            if complaint:
                raise Refused("schema", complaint[1], pointer=complaint[0])
            if self._job is not None and message["kind"] != "cancel":
                raise Refused("internal", "the engine is busy", hint="call step() until it is idle")
            if message["kind"] in _BATCHED:
                self._text = text
            return self._reply(self._verbs[message["kind"]](message, is_large))
        except json_text.NotJson as error:
            return self._refuse(number, "usage", f"the message is no JSON: {error}")
        except Refused as refusal:
            return self._refuse(number, refusal.code, refusal.message, **refusal.fields)
        except Exception as error:
            return self._break_down(number, error)

    def step(self) -> str:
        """Go on with the job and return flag and reply; without a job there is nothing to say."""
        if self._job is None:
            return _IDLE
        number = self._job.id
        try:
            return self._reply(self._advance())
        except Exception as error:
            return self._break_down(number, error)

    def _reply(self, message: Json) -> str:
        flag = _MORE if self._job is not None else _IDLE
        member = _BATCHES.get(message["kind"])
        if member is None:
            return flag + json_text.write(message)
        return flag + json_text.write_with(message, member, message.pop(member))

    def _refuse(self, number: int | None, code: str, message: str, **fields: Any) -> str:
        error = problem(code, message, **fields)
        return self._reply({"kind": "refused", "id": number, "error": error})

    def _break_down(self, number: int | None, error: Exception) -> str:
        """Give up the job after a failure of the engine itself."""
        self._job = None
        code = "memory" if isinstance(error, MemoryError) else "internal"
        return self._refuse(number, code, tidy(f"{type(error).__name__}: {error}"))

    def _is_large(self, text: str) -> bool:
        """Whether an item of a message may be over the limits; else none needs to be measured."""
        limits = self._limits
        is_deep = json_text.is_deeper(text, limits.input_depth + _WRAPPING)
        return is_deep or len(text) > limits.input_bytes

    def _load(self, message: Json, _is_large: bool) -> Json:
        changed = {self._forget(path) for path in message.get("unload", [])}
        scripts = self._reader.read_all(message["scripts"])
        for script in scripts:
            changed.add(self._forget(script.path))
            self._registry.add(script)
            changed.add(_helper_name(script))
        if any(changed):
            self._helpers.update({name for name in changed if name}, self._registry.all())
        known = [script.to_json() for script in scripts]
        return {"kind": "loaded", "id": message["id"], "scripts": known}

    def _forget(self, path: str) -> str | None:
        """Forget the script at *path*; return its name if that was a helper."""
        script = self._registry.remove(path)
        if script is None:
            return None
        forget_module(script.path, script.namespace)
        return _helper_name(script)

    def _render(self, message: Json, is_large: bool) -> Json:
        self._refuse_batch(message["calls"])
        shared = message.get("shared")
        self._refuse_shared(shared or {}, is_large)
        render = self._renderer.sharing(shared) if shared else self._renderer.render
        self._job = CallsJob(message, render, is_large)
        return self._advance()

    def _preview(self, message: Json, is_large: bool) -> Json:
        self._refuse_batch(message["calls"])
        names = "previewed", "texts"
        self._job = CallsJob(message, self._previewer.preview, is_large, names)
        return self._advance()

    def _transform(self, message: Json, is_large: bool) -> Json:
        for name in ("post", "context"):
            refusal = too_large(message[name], self._limits, name) if is_large else None
            if refusal:
                raise Refused(**refusal)
        refusal = check_post(message["post"])
        if refusal:
            raise Refused(**refusal)
        transforms = self._registry.transforms()
        self._job = TransformJob(message, transforms, self._executor, self._limits)
        return self._advance()

    def _documents(self, message: Json, is_large: bool) -> Json:
        self._refuse_batch(message["documents"])
        self._refuse_shared(message["shared"], is_large)
        measure = (lambda each, what: too_large(each, self._limits, what)) if is_large else None
        self._job = DocumentsJob(message, self._registry, self._executor, self._limits, measure)
        return self._advance()

    def _refuse_shared(self, shared: Json, is_large: bool) -> None:
        refusal = check_shared(shared)
        if not refusal and is_large:
            refusal = too_large(shared, self._limits, "shared data")
        if refusal:
            raise Refused(**refusal)

    def _refuse_batch(self, items: list[Any]) -> None:
        refusal = batch_refusal(items, self._limits)
        if refusal:
            raise Refused(**refusal)

    def _advance(self) -> Json:
        job = self._job
        assert job is not None
        self._streams.install()
        self._helpers.enter()
        self._guard.enter()
        try:
            reply = job.step()
        finally:
            self._guard.leave()
            self._helpers.leave()
            self._streams.restore()
        if self._guard.is_due:
            own = self._registry, self._helpers, self._begin_anew
            reply = judged(reply, job, self._guard, *own)
        if job.is_done or "contaminated" in reply:
            self._job = None
        return reply

    def _begin_anew(self) -> Json:
        """Forget what scripts made when their bodies ran, and return the job's message as it came."""
        self._helpers.forget()
        for script in self._registry.all():
            script.forget()
        message: Json = json_text.parse(self._text)
        return message

    def _cancel(self, message: Json, _is_large: bool) -> Json:
        if self._job is not None and self._job.id != message["id"]:
            raise Refused("usage", f"job {message['id']} is not the one at work")
        self._job = None
        return {"kind": "cancelled", "id": message["id"]}

    def _check(self, message: Json, _is_large: bool) -> Json:
        known = self._reader.read(message["path"], message["content"], "project").to_json()
        return {
            "kind": "checked",
            "id": message["id"],
            "script": known,
            "problems": known["problems"],
        }

    def _run(self, message: Json, _is_large: bool) -> Json:
        wanted = message["script"]
        if "slug" in wanted:
            found = self._registry.find(wanted["slug"])
            if found is None:
                _, hint = self._registry.explain(wanted["slug"])
                return {"kind": "ran", "id": message["id"], **unknown_script(wanted["slug"], hint)}
            wanted = {"path": found.path, "content": found.content}
        script = self._reader.read(wanted["path"], wanted["content"], "project")

        def sources(path: str) -> Script | None:
            return script if path == script.path else self._registry.at(path)

        args = message["args"]
        self._helpers.enter()
        self._guard.enter()
        self._guard.watch(script.source.code)
        try:
            ran = run_program(script, args, self._streams, self._limits, sources, self._emit)
        finally:
            self._guard.leave()
            self._helpers.leave()
        reply = {"kind": "ran", "id": message["id"], **ran}
        due = self._guard.is_due
        verdict = self._guard.verdict(script, self._helpers.modules) if due else None
        if verdict is not None and verdict.found:
            reply["contaminated"] = verdict.to_json(script)
        return reply

    def _set_limits(self, message: Json, _is_large: bool) -> Json:
        bad = self._limits.update(message["limits"])
        if bad:
            raise Refused(
                "schema", f"the limit {bad!r} must be a whole number", pointer=f"/limits/{bad}"
            )
        self._streams.set_limit(self._limits.stdout_bytes)
        return {"kind": "limited", "id": message["id"]}


class Refused(Exception):
    """A message that is not served."""

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields


def _helper_name(script: Script) -> str | None:
    return script.slug if script.metadata.kind == "helper" else None


def _id_of(message: Any) -> int | None:
    number = message.get("id") if isinstance(message, dict) else None
    return number if type(number) is int and number >= 0 else None
