"""What reads text or bytes that nobody vouches for: each target takes any bytes, and raises nothing.

A target lets the errors pass that its reader promises; any other one is a finding, and so is a broken promise
about what comes out.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from functools import cache

from pybridge import abi
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.frames import FrameReader
from pybridge.engines.supervision.worker_link import WorkerLink
from pybridge.errors import JsonUnreadable, RemoteError
from pybridge.formats import Bounds, Unreadable, read_toml_as_json, read_yaml
from pybridge.formats.json_text import parse_json
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import sanitise_page
from pybridge.macros.scripts.script import Reader
from pybridge.macros.syntax.front_matter import front_matter_end
from pybridge.macros.syntax.params import read_params
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.values import json_text
from pybridge.macros.wire import Session
from pybridge.rpc.errors import MessageTooLarge
from pybridge.rpc.framing import lines
from pybridge.rpc.parsing import parse_message
from tests.saying import SayingWorker

_BOUNDS = Bounds(characters=65_536, depth=33, values=10_000)
_STEPS = 200
"""More than a job of so little text needs."""


def _text(data: bytes) -> str:
    """Return bytes as text; halves of surrogate pairs come from outside too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _yaml(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        json.dumps(read_yaml(_text(data), _BOUNDS), allow_nan=False)


def _toml(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        json.dumps(read_toml_as_json(_text(data), _BOUNDS), allow_nan=False)


def _json(data: bytes) -> None:
    with contextlib.suppress(JsonUnreadable):
        json.dumps(parse_json(_text(data)), allow_nan=False)


def _document(data: bytes) -> None:
    text, end = _text(data), 0
    assert 0 <= front_matter_end(text) <= len(text)
    for token in find_tokens(text, markdown=True):
        assert end <= token.start < token.end <= len(text)
        assert all(
            type(value) in (str, int, float)
            for value in read_params(token.params or "")[0].values()
        )
        end = token.end


def _script(data: bytes) -> None:
    known = Reader().read("scripts/x.py", _text(data), "project").to_json()
    assert abi.validate("script", json.loads(json_text.write(known))) == []


def _job(data: bytes) -> None:
    session = Session()
    reply = session.handle(_text(data))
    for _ in range(_STEPS):
        assert reply[0] in ".+"
        assert abi.validate("protocol", json.loads(reply[1:])) == []
        if reply[0] == ".":
            return
        reply = session.step()
    raise AssertionError("the job does not end")


def _reply(data: bytes) -> None:
    question = {"kind": "check", "path": "a", "content": ""}
    with contextlib.suppress(WorkerLost, RemoteError):
        list(WorkerLink(SayingWorker(_text(data))).exchange(question, 1))


def _frames(data: bytes) -> None:
    mark, _, stream = data.partition(b"\n")
    if not mark:
        return
    cut, whole = FrameReader(mark), FrameReader(mark)
    pieces = [stream[start : start + 7] for start in range(0, len(stream), 7)]
    assert [line for piece in pieces for line in cut.feed(piece)] == list(whole.feed(stream))


def _request(data: bytes) -> None:
    for line in lines(io.BytesIO(data).read, 1000):
        if isinstance(line, bytes):
            assert len(line) <= 1000
            with contextlib.suppress(JsonUnreadable, MessageTooLarge):
                parse_message(line, 1000)


def _html(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    once = sanitise_page(text, html_policy())
    assert sanitise_page(once, html_policy()) == once


TARGETS: dict[str, Callable[[bytes], None]] = {
    "document": _document,
    "frames": _frames,
    "html": _html,
    "job": _job,
    "json": _json,
    "reply": _reply,
    "request": _request,
    "script": _script,
    "toml": _toml,
    "yaml": _yaml,
}


@cache
def seeds() -> dict[str, list[bytes]]:
    """Return for each target inputs of the kind that it is made for."""
    scripts = [
        b'"""\n---\nid: x\nkind: macro\ntags: [a, b]\n---\n"""\nPARAMS = {"n": {"type": "int"}}\n'
        b"def render(context):\n    return {'html': '<b>' + str(context['params']['n']) + '</b>'}\n",
        b"import re\nclass A:\n  def __del__(self): pass\nasync def f():\n  async with a as b: yield\n",
        b"def run(*, a=1): \n  match a:\n    case {'x': y, **z}: return f'{y!r:>{z}}'\n",
    ]
    load = {
        "kind": "load",
        "id": 1,
        "scripts": [{"path": "scripts/a.py", "content": scripts[0].decode(), "origin": "project"}],
    }
    call = {"kind": "render", "id": 2, "calls": [{"slug": "a", "params": {"n": 2}}], "sliceMs": 5}
    outcomes = {
        "kind": "outcomes",
        "id": 1,
        "done": True,
        "outcomes": [{"html": "<b>1</b>", "display": "inline"}],
    }
    front = b"title: 'A \xc3\xa9'\ndate: 2026-01-02T03:04:05Z\ntags: [a, &b c, *b]\nn: {x: 1.5e3, y: ~, z: 0x1F}\nt: |\n  a\n  b\n"
    return {
        "document": [
            b"---\n"
            + front
            + b'---\n# A\n\n> [[note a=1 b="x y"]]text[[/note]]\n\n```py\n[[no]]\n```\n- `[[x]]` \\[[y]]\n'
        ],
        "frames": [b"ab\nabx\nabyabz\n\nab"],
        "html": [
            b"<p class=a style='color:red'>a<table><tr><td><a href=https://example.org/ title=x>b</a></table><svg><path d=M0/></svg><!-- c --><iframe src=//x></iframe>"
        ],
        "job": [json.dumps(each).encode() for each in (load, call)],
        "json": [b'{"a": [1, -2.5e3, "\\u00e9\\ud83d\\ude00", null, true], "b": {}}'],
        "reply": [
            json.dumps(each).encode()
            for each in (
                outcomes,
                {"kind": "refused", "id": 1, "error": {"code": "internal", "message": "x"}},
            )
        ],
        "request": [
            b'{"jsonrpc": "2.0", "id": 1, "method": "scripts.list", "params": {}}\r\n \t\n[]\n{"x'
        ],
        "script": scripts,
        "toml": [
            b"a = 1\n[b.c]\nd = [1.5, 'x', \"\\u00e9\"]\ne = 2026-01-02T03:04:05Z\n[[f]]\ng = {h = true}\n"
        ],
        "yaml": [front, b"- a: 1\n  b: !!str 2\n- <<: {c: d}\n- ? x\n  : y\n"],
    }
