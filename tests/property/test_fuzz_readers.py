"""Whatever text it gets, no reader crashes: it reads, or says what is wrong."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pybridge import abi
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.frames import FrameReader
from pybridge.engines.supervision.worker_link import WorkerLink
from pybridge.errors import RemoteError
from pybridge.macros.scripts.header import read_header
from pybridge.macros.scripts.script import Reader
from pybridge.macros.syntax.params import read_params
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.values import json_text
from pybridge.macros.wire import Session
from tests.saying import SayingWorker

FEW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
PIECES = st.sampled_from(
    [
        *("[[", "]]", "[[/", "[[a ", 'b="', "b='", "\\", "\\[[", "`", "```", "~~~", "\n", "\r", "> "),
        *("---\n", "- ", "    ", '"""', "'''", "#", "\0", "\ufeff", "\ud800", "\u2028", "é", "😀", "="),
        *("def render(context):\n", "PARAMS = ", "LIMITS = ", "ALIASES = ", "{", "}", "(", ")", "[", "]"),
        *("1e999", "-0", "NaN", "id: ", "slug: ", "enabled: ", "version: ", "\t", "\f", "lambda", ":"),
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(
            [
                "load",
                "render",
                "documents",
                "preview",
                "transform",
                "cancel",
                "check",
                "run",
                "limits",
                "ping",
            ]
        ),
        "id": st.integers(-1, 5) | VALUES,
        **{
            name: VALUES
            for name in (
                *(
                    "scripts",
                    "calls",
                    "documents",
                    "shared",
                    "post",
                    "context",
                    "script",
                    "args",
                    "limits",
                ),
                *("charged", "refused", "known", "unload", "path", "content", "extra"),
            )
        },
        "sliceMs": st.sampled_from([0, 10, -1, "x", None, 1e308]),
    },
)


REPLIES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["checked", "refused", "outcomes", "documents", "output", "pong"]),
        "id": st.sampled_from([1, 0, None, "1"]),
        "done": st.booleans() | VALUES,
        **dict.fromkeys(
            ("error", "outcomes", "documents", "position", "contaminated", "script"), VALUES
        ),
    },
)


@FEW
@given(TEXTS, st.booleans())
def test_tokens_lie_in_the_text_in_order(text: str, markdown: bool) -> None:
    end = 0
    for token in find_tokens(text, markdown=markdown):
        assert end <= token.start < token.end <= len(text)
        assert text[token.start : token.start + 2] == "[["
        read_params(token.params or "")
        end = token.end


@FEW
@given(TEXTS)
def test_params_are_texts_and_numbers(text: str) -> None:
    assert all(type(value) in (str, int, float) for value in read_params(text)[0].values())


@FEW
@given(TEXTS)
def test_headers_leave_a_body(text: str) -> None:
    assert 0 <= read_header(text).body_start <= len(text)
    assert 0 <= read_header('"""\n---\n' + text + '\n---\n"""\n').body_start <= len(text) + 20


@FEW
@given(TEXTS)
def test_what_is_known_of_any_script_keeps_its_schema(text: str) -> None:
    known = Reader().read("scripts/x.py", text, "project").to_json()
    assert abi.validate("script", json.loads(json_text.write(known))) == []


@FEW
@given(MEMBERS | VALUES)
def test_every_message_gets_an_answer(message: Any) -> None:
    session = Session()
    reply = session.handle(json.dumps(message))
    for _ in range(100):
        assert reply[0] in ".+"
        answer = json.loads(reply[1:])
        assert abi.validate("protocol", answer) == []
        if reply[0] == ".":
            return
        reply = session.step()
    raise AssertionError("the job does not end")


@FEW
@given(TEXTS)
def test_text_that_is_no_message_is_refused(text: str) -> None:
    answer = json.loads(Session().handle(text)[1:])
    assert answer["kind"] == "refused"


@FEW
@given(TEXTS | VALUES.map(json.dumps))
@example('{"kind":"refused","id":1}')
@example('{"kind":"refused","id":1,"error":null}')
@example('{"kind":"outcomes","id":1,"contaminated":{}}')
@example('{"kind":"outcomes","id":1,"contaminated":7}')
@example('{"kind":[],"id":1}')
@example('["kind","id"]')
def test_an_answer_that_is_no_message_costs_the_worker(text: str) -> None:
    with contextlib.suppress(WorkerLost, RemoteError):
        list(
            WorkerLink(SayingWorker(text)).exchange(
                {"kind": "check", "path": "a", "content": ""}, 1
            )
        )


@FEW
@given(REPLIES.map(json.dumps))
def test_an_answer_is_a_message_or_the_loss_of_the_worker(text: str) -> None:
    with contextlib.suppress(WorkerLost, RemoteError):
        list(
            WorkerLink(SayingWorker(text)).exchange(
                {"kind": "check", "path": "a", "content": ""}, 1
            )
        )


@FEW
@given(st.lists(st.binary(max_size=20), max_size=20), st.binary(min_size=1, max_size=4))
@example([b"\x01", b"\x00", b"\n"], b"\x00")
@example([b"ab", b"c", b"\nab", b"\n"], b"ab")
def test_frames_come_out_however_they_are_cut(chunks: list[bytes], mark: bytes) -> None:
    if b"\n" in mark:
        return
    cut, whole = FrameReader(mark), FrameReader(mark)
    pieces = [line for chunk in chunks for line in cut.feed(chunk)]
    assert pieces == list(whole.feed(b"".join(chunks)))
