"""Whatever the engine answers is a message of the protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pybridge import abi
from pybridge.macros.wire import Session

SCRIPTS = {
    "scripts/hello.py": (
        'PARAMS = {"required": ["name"], "properties": {"name": {"type": "string"}}}\n'
        'ALIASES = ["hi"]\nNEEDS = ["media"]\nLIMITS = {"itemS": 2}\n'
        "def render(context):\n"
        "    print('called')\n"
        "    name = context['params']['name']\n"
        "    return {'html': name, 'data': {'n': 1.5}, 'warnings': ['w', {'code': 'c', 'message': 'm'}]}\n"
    ),
    "scripts/box.py": "BODY = True\ndef render(context):\n    return {'text': context['body']}\n",
    "scripts/bad.py": "def render(context):\n    return {}['year']\n",
    "scripts/none.py": "def render(context):\n    pass\n",
    "scripts/broken.py": "def render(context:\n",
    "scripts/odd.py": "PARAMS = {'properties': {'a': {'format': 'date'}}}\nALIASES = 5\ndef render(c): ...\n",
    "scripts/tool.py": "import sys\ndef main():\n    print('out')\n    print('err', file=sys.stderr)\n    return [1]\n",
    "scripts/exit.py": "raise SystemExit(3)\n",
    "scripts/_words.py": "WORD = 'up'\n",
    "scripts/_bad.py": "WORD =\n",
    "scripts/chip.py": "def render(c): ...\ndef preview(c): return c['params']['x']\n",
    "scripts/upper.py": (
        "from _words import WORD\n"
        "def transform(post):\n    toast(WORD)\n    print(1)\n    post['title'] = post['title'].upper()\n"
    ),
    "scripts/failing.py": "import _bad\ndef transform(post): ...\n",
    "scripts/empty.py": "def transform(post, context): return {'post': {'title': ''}}\n",
}
TEXT = (
    '[[hello name="Ada"]] [[hi]] [[bad]] [[none]] [[broken]] [[odd]] [[unknown x=1]]\n\n'
    "[[box]]\nin [[hello name=1]] [[bad]]\n[[/box]]\n`[[hello]]` [[/box]]\n"
)


def call(slug: str, **params: Any) -> dict[str, Any]:
    position = {"path": "a.md", "line": 1, "column": 1}
    macro = {"name": slug, "position": position}
    return {"abi": 1, "macro": macro, "params": params, "env": {"isPreview": False}}


def talk(session: Session, message: Any) -> Iterator[Any]:
    """Send *message* and yield every reply, until the engine is idle."""
    answer = session.handle(message if isinstance(message, str) else json.dumps(message))
    while True:
        if len(answer) > 1:
            yield json.loads(answer[1:])
        if answer[0] == ".":
            return
        answer = session.step()


@pytest.fixture
def session() -> Session:
    session = Session()
    sources = [
        {"path": path, "content": content, "origin": "project"} for path, content in SCRIPTS.items()
    ]
    replies = list(talk(session, {"kind": "load", "id": 1, "scripts": sources}))
    assert [abi.validate("protocol/workerMessage", reply) for reply in replies] == [[]]
    return session


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        pytest.param(
            {
                "kind": "render",
                "id": 2,
                "sliceMs": 0,
                "calls": [
                    call("hello", name="Ada"), call("hello"), call("bad"), call("none"), call("broken"),
                    call("nobody"), call("odd", a=1), {"abi": 2}, 5, {},
                ],
            },
            "outcomes",
            id="calls",
        ),
        pytest.param(
            {
                "kind": "documents",
                "id": 3,
                "sliceMs": 0,
                "shared": {"env": {"isPreview": True}, "data": {"media": []}},
                "documents": [{"text": TEXT, "path": "a.md"}, {"text": TEXT}, {"text": 5}, {"text": ""}],
                "charged": {"0": {"1": {"code": "timeout", "message": "took longer than 5 s"}}},
            },
            "documents",
            id="documents",
        ),
        pytest.param(
            {
                "kind": "preview",
                "id": 3,
                "sliceMs": 0,
                "calls": [call("hello", name="A"), call("chip", x="a"), call("chip"), call("broken"), call("no"), 5],
            },
            "previewed",
            id="previews",
        ),
        pytest.param(
            {
                "kind": "transform",
                "id": 3,
                "post": {"title": "a", "content": "b", "tags": [], "categories": []},
                "context": {"source": "blogmark"},
                "sliceMs": 0,
            },
            "transformed",
            id="transforms",
        ),
        pytest.param({"kind": "check", "id": 4, "path": "a.py", "content": "x ="}, "checked", id="check"),
        pytest.param({"kind": "run", "id": 5, "script": {"slug": "tool"}, "args": []}, "ran", id="run"),
        pytest.param({"kind": "run", "id": 5, "script": {"slug": "exit"}, "args": []}, "ran", id="exit"),
        pytest.param({"kind": "run", "id": 5, "script": {"slug": "no"}, "args": []}, "ran", id="run nothing"),
        pytest.param({"kind": "limits", "id": 6, "limits": {"outputBytes": 10}}, "limited", id="limits"),
        pytest.param({"kind": "cancel", "id": 7}, "cancelled", id="cancel"),
        pytest.param({"kind": "eval", "id": 8}, "refused", id="unknown kind"),
        pytest.param("{", "refused", id="no JSON"),
        pytest.param("[" * 100_000, "refused", id="deep"),
        pytest.param({"kind": "load", "id": 9}, "refused", id="half a message"),
    ],
)  # fmt: skip
def test_every_reply_is_a_message_of_the_protocol(
    session: Session, message: Any, kind: str
) -> None:
    replies = list(talk(session, message))
    assert {reply["kind"] for reply in replies} == {kind}
    problems = [abi.validate("protocol/workerMessage", reply) for reply in replies]
    assert problems == [[] for _ in replies]
