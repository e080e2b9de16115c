"""Filters: one JSON line out for each line in that is not blank, in order, as early as possible."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge import abi
from pybridge.commands.session import Session
from pybridge.commands.work.call import complete_call
from pybridge.commands.work.render_report import as_wanted, brief_document
from pybridge.engines.protocol import JsonObject
from pybridge.errors import InputTooLarge, Invalid, JsonUnreadable, PybridgeError
from pybridge.project.site_data import shared_data
from pybridge.rpc.framing import Read, split_lines

BATCH_LINES = 1000
_QUEUED_LINES = 4000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Line:
    """A line of the input."""

    number: int
    """From 1."""
    raw: bytes
    """Without its end; empty when it was too long to be kept."""
    size: int
    """Bytes."""


Parse = Callable[[Any], JsonObject]
Answer = Callable[[Sequence[Any]], list[JsonObject]]


def render_lines(session: Session, read: Read, *, preview: bool = False) -> Iterator[JsonObject]:
    """Render documents, each a line `{text, path?, post?, env?, data?}`."""
    data = shared_data(session.project, [], limit=session.limits.input_bytes)
    shared: JsonObject = {"env": session.env(preview=preview), "data": data}

    def answer(documents: Sequence[Any]) -> list[JsonObject]:
        rendered = session.engine.render_documents(documents, shared)
        settings = session.project.settings
        return [brief_document(as_wanted(document, settings)) for document in rendered]

    return _filter(read, session.limits.input_bytes, _document, answer)


def call_lines(session: Session, read: Read) -> Iterator[JsonObject]:
    """Answer calls, each a line `{macro, context}`, by `{result}` or `{error}`."""
    data = shared_data(session.project, [], limit=session.limits.input_bytes)

    def parse(value: Any) -> JsonObject:
        return _call(value, session.env(), data)

    def answer(calls: Sequence[Any]) -> list[JsonObject]:
        return [outcome_line(outcome) for outcome in session.engine.render_calls(calls)]

    return _filter(read, session.limits.input_bytes, parse, answer)


def outcome_line(outcome: JsonObject) -> JsonObject:
    """Return an outcome as `{result}` or `{error}`."""
    kind = "result" if "result" in outcome else "error"
    return {kind: outcome[kind]}


def _document(value: Any) -> JsonObject:
    abi.require("document", value)
    return dict(value)


def _call(value: Any, env: JsonObject, data: JsonObject) -> JsonObject:
    expected = {"macro", "context"}
    if not isinstance(value, dict) or not value.keys() <= expected or "macro" not in value:
        problem = abi.Problem("", "must be an object with macro and context")
        raise Invalid("call line", [problem])
    if not isinstance(value["macro"], str):
        raise Invalid("call line", [abi.Problem("/macro", "must be a string")])
    return complete_call(value["macro"], value.get("context", {}), env=env, data=data)


def _filter(read: Read, limit: int, parse: Parse, answer: Answer) -> Iterator[JsonObject]:
    """Answer the lines that have arrived as one batch, then those that arrived meanwhile as the next."""
    for batch in _batches(read, limit):
        values = [_value(line, limit, parse) for line in batch]
        good = [value for value in values if not isinstance(value, PybridgeError)]
        answers = iter(answer(good) if good else [])
        for value in values:
            if isinstance(value, PybridgeError):
                yield {"error": value.to_json()}
            else:
                yield next(answers)


def _value(line: Line, limit: int, parse: Parse) -> JsonObject | PybridgeError:
    try:
        return parse(json_of(line, limit))
    except Invalid as error:
        return type(error)(f"{error.schema} (line {line.number})", error.problems)
    except JsonUnreadable as error:
        return JsonUnreadable("stdin", line.number, error.column, error.problem)
    except PybridgeError as error:
        return error


def json_of(line: Line, limit: int) -> Any:
    """Return the JSON value of a line.

    Raises:
        InputTooLarge: when it has more than *limit* bytes.
        JsonUnreadable: when it is not JSON.
    """
    if line.size > limit:
        raise InputTooLarge(f"line {line.number}", line.size, limit)
    try:
        text = line.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"not valid UTF-8: byte 0x{line.raw[error.start]:02x}"
        raise JsonUnreadable("stdin", 1, error.start + 1, problem) from error
    return abi.parse_json(text)


def _batches(read: Read, limit: int) -> Iterator[list[Line]]:
    """Yield the lines that have arrived, at least one, until the input ends."""
    arrived: queue.Queue[Line | None] = queue.Queue(_QUEUED_LINES)
    threading.Thread(target=_feed, args=(read, limit, arrived), daemon=True).start()
    while (line := arrived.get()) is not None:
        batch: list[Line | None] = [line]
        while batch[-1] is not None and len(batch) < BATCH_LINES and not arrived.empty():
            batch.append(arrived.get())
        yield [line for line in batch if line is not None]
        if batch[-1] is None:
            return


def _feed(read: Read, limit: int, arrived: queue.Queue[Line | None]) -> None:
    try:
        for line in lines_of(read, limit):
            arrived.put(line)
    finally:
        arrived.put(None)


def lines_of(read: Read, limit: int) -> Iterator[Line]:
    """Yield the lines that are not blank."""
    for number, (raw, size) in enumerate(split_lines(read, limit), start=1):
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if size > limit or raw.strip(b" \t\r"):
            yield Line(number, raw, size)
