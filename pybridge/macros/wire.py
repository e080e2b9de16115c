"""The engine's entry point, the JSON protocol: text in, text out, the same in every sandbox.

Each reply starts with a flag: `.` when the engine is idle, `+` when a job has more to do and the
host must call `step` again. A JSON message follows, or nothing.
"""

from __future__ import annotations

from pybridge.macros.jobs.answering import ANSWERS
from pybridge.macros.jobs.engine import Engine
from pybridge.macros.jobs.messages import read_message
from pybridge.macros.jobs.refusals import Refused, refuse
from pybridge.macros.jobs.starting import STARTS
from pybridge.macros.jobs.verdicts import judged
from pybridge.macros.values import json_text
from pybridge.macros.values.problems import problem, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pybridge.macros.jobs.job import Job
    from pybridge.macros.running.streams import Emit

    Json = dict[str, Any]

_IDLE, _MORE = ".", "+"
_BATCHES = {"outcomes": "outcomes", "previewed": "texts", "documents": "documents"}
"""Replies with a list of outcomes, by kind; jobs fill it with JSON texts."""
_DEEPEST = 400  # levels of any message: safe to parse everywhere
_BATCHED = frozenset(("render", "preview", "documents"))  # their items may run again
_WRAPPING = 1  # levels that a message puts at least around an item


class Session:
    """One engine, and at most one job: parses requests, dispatches them, writes replies."""

    def __init__(
        self, emit: Emit | None = None, *, isolates: bool = False, packages: str | None = None
    ) -> None:
        """Begin a session.

        Args:
            emit: Takes stream name and text of a program's output, as it comes.
            isolates: Whether a script that is not self-contained only runs where it is alone, as in sandboxes.
            packages: The file with the packages that scripts may import, if there are any.
        """
        self._engine = Engine(emit, isolates=isolates, packages=packages)
        self._job: Job | None = None
        self._text = ""

    def add_packages(self, image: str) -> None:
        """Read what scripts may import from a file that will be gone."""
        self._engine.packages.take(image)

    def wake(self) -> None:
        """Begin to serve a host; scripts read before belong to all trust domains."""
        self._engine.reader.wake()

    def prepare(self) -> None:
        """Do before a snapshot what takes long and is the same for all scripts; none may have run."""
        self._engine.guard.record()

    def handle(self, text: str) -> str:
        """Take one message and return flag and reply; bad input is refused, never raised."""
        number: int | None = None
        try:
            is_large = self._is_large(text)
            if is_large and json_text.is_deeper(text, _DEEPEST):
                raise refuse("input-limit", f"the message nests more than {_DEEPEST} levels")
            message = json_text.parse(text)
            number = _id_of(message)
            complaint = read_message(message)
            if complaint:
                raise refuse("schema", complaint[1], pointer=complaint[0])
            return self._reply(self._dispatch(message, text, is_large))
        except json_text.NotJson as error:
            return self._refused(number, problem("usage", f"the message is not JSON: {error}"))
        except Refused as refusal:
            return self._refused(number, refusal.error)
        except Exception as error:
            return self._broken(number, error)

    def step(self) -> str:
        """Continue the job and return flag and reply; without a job there is no reply."""
        if self._job is None:
            return _IDLE
        number = self._job.id
        try:
            return self._reply(self._advance(self._job))
        except Exception as error:
            return self._broken(number, error)

    def _dispatch(self, message: Json, text: str, is_large: bool) -> Json:
        kind = message["kind"]
        if kind == "cancel":
            return self._cancel(message)
        if self._job is not None:
            return self._go_on(self._job, message)
        if self._engine.program is not None and kind != "answers":
            raise refuse("internal", "a program waits for answers")
        start = STARTS.get(kind)
        if start is None:
            return ANSWERS[kind](self._engine, message)
        if kind in _BATCHED:
            self._text = text
        self._job = start(self._engine, message, is_large)
        return self._advance(self._job)

    def _go_on(self, job: Job, message: Json) -> Json:
        """Continue a job that waits for answers of the application's tools."""
        if message["kind"] != "answers" or len(message["answers"]) != len(job.asks) or not job.asks:
            raise refuse("internal", "the engine is busy", hint="call step() until it is idle")
        job.answer(message["id"], message["answers"])
        return self._advance(job)

    def _advance(self, job: Job) -> Json:
        engine = self._engine
        engine.streams.install()
        engine.enter()
        try:
            reply = job.step()
        finally:
            engine.leave()
            engine.streams.restore()
        if job.asks:
            return reply
        if engine.guard.is_due:
            own = engine.registry, engine.shared_modules(), self._begin_again
            reply = judged(reply, job, engine.guard, *own)
        if job.is_done or "contaminated" in reply:
            self._job = None
        return reply

    def _begin_again(self) -> Json:
        """Forget what scripts made when their bodies ran, and return the job's request, parsed again."""
        self._engine.forget_bodies()
        message: Json = json_text.parse(self._text)
        return message

    def _cancel(self, message: Json) -> Json:
        if self._job is not None and self._job.id != message["id"]:
            raise refuse("usage", f"job {message['id']} is not the one at work")
        self._job = None
        return {"kind": "cancelled", "id": message["id"]}

    def _reply(self, message: Json) -> str:
        flag = _MORE if self._job is not None and not self._job.asks else _IDLE
        member = _BATCHES.get(message["kind"])
        if member is None:
            return flag + json_text.write(message)
        return flag + json_text.write_with(message, member, message.pop(member))

    def _refused(self, number: int | None, error: Json) -> str:
        return self._reply({"kind": "refused", "id": number, "error": error})

    def _broken(self, number: int | None, error: Exception) -> str:
        """Give up the job after a failure of the engine itself."""
        self._job = None
        code = "memory" if isinstance(error, MemoryError) else "internal"
        return self._refused(number, problem(code, tidy(f"{type(error).__name__}: {error}")))

    def _is_large(self, text: str) -> bool:
        """Whether an item of a message may be over the limits; otherwise none needs to be measured."""
        limits = self._engine.limits
        is_deep = json_text.is_deeper(text, limits.input_depth + _WRAPPING)
        return is_deep or len(text) > limits.input_bytes


def _id_of(message: Any) -> int | None:
    number = message.get("id") if isinstance(message, dict) else None
    return number if type(number) is int and number >= 0 else None
