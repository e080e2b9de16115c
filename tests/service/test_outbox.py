from __future__ import annotations

import json
import threading
from typing import Any

from pybridge.rpc.messages import answer, event
from pybridge.rpc.outbox import MOST_EVENTS, Outbox


class Pipe:
    """A reader that reads when it is told to."""

    def __init__(self) -> None:
        self.reads = threading.Event()
        self.lines: list[Any] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert self.reads.wait(10)
        if self.is_closed:
            raise BrokenPipeError
        self.lines.append(json.loads(data))


def test_messages_come_in_order_and_all_before_the_end() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe.write)
    outbox.send(answer(1, "a"))
    outbox.tell(event("project.changed", {}))
    outbox.send(answer(2, "b"))
    pipe.reads.set()
    outbox.close(10)
    assert [line.get("id", line.get("method")) for line in pipe.lines] == [1, "project.changed", 2]


def test_events_nobody_reads_are_dropped_and_said_to_be_answers_never() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe.write)
    outbox.send(answer(0, "first"))  # this one waits in the pipe
    sizes = []
    for number in range(1, 5001):
        outbox.tell(event("documents.changed", {"changed": [str(number)], "removed": []}))
        sizes.append(outbox.size)
        if number % 1000 == 0:
            outbox.send(answer(number, "kept"))
    assert max(sizes) < MOST_EVENTS * 200
    pipe.reads.set()
    outbox.close(10)
    ids = [line["id"] for line in pipe.lines if "id" in line]
    assert ids == [0, 1000, 2000, 3000, 4000, 5000]
    told = [line["method"] for line in pipe.lines if "method" in line]
    assert len(told) <= MOST_EVENTS
    assert told[0] == "events.lost"


def test_a_reader_that_goes_ends_it_and_whoever_waits_for_room() -> None:
    pipe = Pipe()
    outbox = Outbox(pipe.write)
    outbox.send(answer(1, "a"))
    waiting = threading.Thread(target=outbox.wait_for_room, args=(lambda: False,))
    waiting.start()
    pipe.is_closed = True
    pipe.reads.set()
    waiting.join(10)
    assert not waiting.is_alive()
    assert outbox.is_broken
    outbox.send(answer(2, "b"))
    assert outbox.size == 0
    outbox.close(10)


def test_an_answer_that_is_no_json_is_an_error_not_silence() -> None:
    pipe = Pipe()
    pipe.reads.set()
    outbox = Outbox(pipe.write)
    outbox.send(answer(7, float("nan")))
    outbox.close(10)
    assert [(line["id"], line["error"]["code"]) for line in pipe.lines] == [(7, -32603)]
