"""A post sent through the enabled transforms, in order."""

from __future__ import annotations

from time import perf_counter as _now

from pybridge.macros.scripts.suspension import Suspension, begin
from pybridge.macros.values.posts import FIELDS, BadPost, copied, read_post
from pybridge.macros.values.problems import problem
from pybridge.macros.values.results import BadResult, to_json
from pybridge.macros.values.sharing import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from pybridge.macros.running.execution import Executor
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script
    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]

_INVALID = "Transform output validation failed"
_WANTED = 'return the post, {"post": post}, or nothing after changing it'


def in_order(scripts: Iterable[Script]) -> list[Script]:
    """Return transforms as they run: by the time of their last change, then slug, then id."""
    return sorted(scripts, key=lambda script: (*_moment(script), script.slug, script.id))


def _behind(path: str | None, scripts: list[Script]) -> list[Script]:
    """Return the scripts that come after the one at *path*; all of them without a path."""
    paths = [script.path for script in scripts]
    return scripts[paths.index(path) + 1 :] if path in paths else scripts


def _moment(script: Script) -> tuple[bool, float]:
    """Return when a script was changed; scripts without a date come last."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(script.metadata.updated_at or "")
        return False, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        return True, 0.0


class TransformJob:
    """A post being transformed; every transform is an item.

    A transform gets a copy, and its result is checked and copied: if it fails, the last valid post goes
    to the next one. The job ends before a transform that has another interpreter: the host makes it there, and
    sends the post again with `after`.
    """

    def __init__(self, message: Json, scripts: list[Script], executor: Executor, limits: Limits):
        """Begin with the post of *message*.

        Raises:
            BadPost: The post is invalid.
        """
        self.id: int = message["id"]
        self._post = read_post(message["post"])
        self._context = Shared(message["context"])
        self._charged: Mapping[str, Any] = message.get("charged", {})
        self._slice_s: float = message["sliceMs"] / 1000
        self._left = _behind(message.get("after"), in_order(scripts))[::-1]
        self._executor = executor
        self._limits = limits
        self._applied: list[str] = []
        self._errors: list[Json] = []
        self._written: dict[str, str] = {}
        self._is_announced = False
        self._has_tools = message.get("tools", False)
        self._suspended: tuple[Script, Json, Suspension] | None = None
        """The transform that waits for answers, the copy of the post that it was given, and where it is."""
        self.ran = 0
        """How many transforms the last step ran."""
        self._last_script: Script | None = None
        executor.toasts.take()
        self._answers: list[Json] = []

    @property
    def is_done(self) -> bool:
        """Whether no transform is left."""
        return self._is_announced and self._is_at_end and self._suspended is None

    @property
    def _is_at_end(self) -> bool:
        return not self._left or self._left[-1].is_foreign

    @property
    def asks(self) -> list[Json]:
        """The calls of tools that a transform waits for; empty if none does."""
        return [] if self._suspended is None else self._suspended[2].asks

    def answer(self, number: int, answers: list[Json]) -> None:
        """Have the next step go on with an answer to each call; *number* is the request's with the answers."""
        self.id = number
        self._answers = answers

    def rewind(self, _: Json) -> Json | None:
        """Return None: a transform is not run twice, the posts in between are not kept."""
        return None

    def only_script(self, _: Registry) -> Script | None:
        """Return the only transform that the last step ran."""
        return self._last_script if self.ran == 1 else None

    def warn(self, reply: Json, script: Script, changed: list[str]) -> None:
        """Do nothing: the host skips a transform that contaminates, with an error."""

    def step(self) -> Json:
        """Work until the first transform that ends past the slice.

        Without a slice the first reply comes before any work: it tells the host which transform runs next.
        """
        start, elapsed = _now(), 0.0
        self.ran = 0
        if self._suspended is not None:
            self._go_on(*self._suspended)
            self.ran, elapsed = 1, _now() - start
        while not self.asks and not self._is_at_end and (self._is_announced or self._slice_s > 0):
            self._is_announced = True
            if self.ran and self._slice_s == 0:
                break
            self._last_script = self._left.pop()
            self._advance(self._last_script)
            self.ran += 1
            elapsed = _now() - start
            if elapsed >= self._slice_s:
                break
        self._is_announced = True
        if self.asks:
            return {"kind": "asks", "id": self.id, "calls": self.asks}
        reply: Json = {
            "kind": "transformed",
            "id": self.id,
            "next": None if self._is_at_end else self._left[-1].path,
            "elapsedUs": round(elapsed * 1e6, 1),
            "done": self._is_at_end,
        }
        if not self._is_at_end:
            return reply
        reply["outcome"] = self._outcome()
        return {**reply, "awaits": self._left[-1].path} if self._left else reply

    def _outcome(self) -> Json:
        return {
            "post": self._post,
            "applied": self._applied,
            "errors": self._errors,
            "toasts": self._executor.toasts.take(),
            **self._written,
        }

    def _advance(self, script: Script) -> None:
        charge = self._charged.get(script.path)
        if charge is not None:
            error: Json | None = problem(charge["code"], charge["message"])
        else:
            error = self._apply(script)
        self._note(script, error)

    def _go_on(self, script: Script, post: Json, suspension: Suspension) -> None:
        """Continue the transform that waited."""
        answers, self._answers, self._suspended = self._answers, [], None
        self._note(script, self._attempt(script, lambda: suspension.go_on(answers), post))

    def _note(self, script: Script, error: Json | None) -> None:
        """Keep that a transform was applied or failed, unless it waits."""
        if self.asks:
            return
        if error is None:
            self._applied.append(script.slug)
            return
        for part in ("macro", "call"):
            error = {key: value for key, value in error.items() if key != part}
        self._errors.append({"scriptId": script.id, "scriptSlug": script.slug, **error})

    def _apply(self, script: Script) -> Json | None:
        """Run one transform; return why it is skipped, None if it was applied."""
        self._executor.toasts.begin()
        post = copied(self._post)
        context = self._context.copy()

        def work() -> Any:
            assert script.render is not None
            made = script.render(post, context)
            return begin(made, self._limits, has_tools=self._has_tools)

        return self._attempt(script, work, post)

    def _attempt(self, script: Script, work: Callable[[], Any], post: Json) -> Json | None:
        """Run a transform, or more of it; return why it is skipped, None if it was applied or waits."""
        executor = self._executor

        def checked() -> Json | Suspension:
            value = work()
            return value if type(value) is Suspension else self._checked(value, post)

        value, error, written = executor.attempt(script, checked, {"post": post})
        self._keep_output(written)
        if type(value) is Suspension:
            self._suspended = script, post, value
            return None
        if error is None:
            assert type(value) is dict
            self._post = value
            executor.toasts.keep()
        return error

    def _checked(self, returned: object, given: Json) -> Json:
        """Return what a transform made of the post, sharing nothing mutable with it.

        Raises:
            BadResult: The result is not a post.
        """
        value: Any = given if returned is None else returned
        if isinstance(value, dict) and "post" in value:
            value = value["post"]
        if not isinstance(value, dict):
            raise BadResult("output-type", _INVALID, "", _WANTED)
        try:
            known = {name: value[name] for name in FIELDS if name in value}
            return read_post(to_json(known, self._limits))
        except BadPost as error:
            raise BadResult("schema", _INVALID, error.pointer, error.message) from None
        except BadResult as error:
            raise BadResult(error.code, _INVALID, error.pointer, error.message) from None

    def _keep_output(self, written: Mapping[str, str]) -> None:
        for name, text in written.items():
            kept = self._written.get(name, "") + text
            self._written[name] = kept[: self._limits.stdout_bytes]
