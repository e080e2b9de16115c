"""Posts through transforms: order, validation, what is skipped, and that nothing gets lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.macros.host import Host

Json = dict[str, Any]
POST: Json = {"title": "Hello", "content": "World", "tags": [], "categories": []}
VALID = "def transform(post):\n    post['title'] += '!'\n"

BGG = '''"""
---
id: "5d2a3b0e-6f0c-4f0e-8a53-7c0a9e4f1b21"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "bgg_link"
title: "bgg link"
kind: "transform"
entrypoint: "normalize_blogmark"
enabled: true
version: 12
createdAt: "2026-02-23T19:54:58.000Z"
updatedAt: "2026-03-02T20:30:14.453Z"
---
"""
import re

SITE = "BoardGameGeek"

def bare(text):
\treturn re.sub(re.escape(SITE) + r" \\| [^\\]\\n]+", SITE, text)

def normalize_blogmark(post):
\tif SITE not in post["title"]:
\t\treturn post
\tpost["title"] = bare(post["title"])
\tpost["content"] = bare(post["content"])
\tpost["tags"] = sorted({*post["tags"], "spielen"})
\tpost["categories"] = ["aside"]
\ttoast("a game: " + post["title"])
\treturn post'''


def headed(slug: str, body: str, second: int = 0, **other: str) -> str:
    """Return a transform with a header, changed at that second."""
    fields = {
        "id": slug,
        "slug": slug,
        "kind": "transform",
        "updatedAt": f"2026-02-01T00:00:{second:02}.000Z",
        **other,
    }
    lines = "".join(f'{key}: "{value}"\n' for key, value in fields.items())
    return f'"""\n---\n{lines}---\n"""\n{body}'


def adding(text: str) -> str:
    return f"def transform(post):\n    post['title'] += {text!r}\n    return post\n"


def transform(host: Host, post: Any = None, **fields: Any) -> Json:
    message = {"post": post or POST, "context": {}, "sliceMs": 60_000, **fields}
    *_, last = host.send("transform", **message)
    assert last["kind"] == "transformed", last
    outcome: Json = last["outcome"]
    return outcome


def one(host: Host, body: str, post: Any = None, **fields: Any) -> Json:
    host.load(one=body)
    return transform(host, post, **fields)


def test_transforms_run_by_time_then_slug_then_id(host: Host) -> None:
    host.load(
        b=headed("b", adding(":b"), 1),
        a=headed("a", adding(":a"), 1),
        c=headed("c", adding(":c"), 0),
        undated=adding(":undated"),
        twin2=headed("a", adding(":a2"), 1, id="z"),
    )
    outcome = transform(host)
    assert outcome["post"]["title"] == "Hello:c:a:a2:b:undated"
    assert outcome["applied"] == ["c", "a", "a", "b", "undated"]


def test_times_are_compared_as_times(host: Host) -> None:
    host.load(
        late=headed("late", adding(":late"), updatedAt="2026-02-01T10:00:00+00:00"),
        early=headed("early", adding(":early"), updatedAt="2026-02-01T10:30:00.000+01:00"),
        bare=headed("bare", adding(":bare"), updatedAt="2026-02-01T09:45:00"),
        broken=headed("broken", adding(":broken"), updatedAt="yesterday"),
    )
    assert transform(host)["applied"] == ["early", "bare", "late", "broken"]


def test_only_enabled_transforms_run(host: Host) -> None:
    host.load(
        on=headed("on", adding(":on")),
        off=headed("off", adding(":off")).replace("kind:", "enabled: false\nkind:"),
        macro="def render(context):\n    return {'text': 'x'}\n",
        utility="def main(): ...\n",
        _helper="def transform(post): ...\n",
    )
    assert transform(host)["applied"] == ["on"]


def test_a_failing_transform_is_recorded_and_skipped(host: Host) -> None:
    host.load(
        first=headed("first", adding(":first"), 1),
        broken=headed("broken", "def transform(post):\n    raise RuntimeError('boom')\n", 2),
        last=headed("last", adding(":last"), 3),
    )
    outcome = transform(host)
    assert outcome["post"]["title"] == "Hello:first:last"
    assert outcome["applied"] == ["first", "last"]
    [error] = outcome["errors"]
    assert (error["scriptId"], error["scriptSlug"]) == ("broken", "broken")
    assert (error["code"], error["message"]) == ("exception", "RuntimeError: boom")
    assert error["script"] == {"path": "scripts/broken.py", "line": 10, "column": 5}


def test_an_invalid_post_is_recorded_and_the_last_valid_one_goes_on(host: Host) -> None:
    empty = "def transform(post):\n    return {'title': '', 'content': '', 'tags': [], 'categories': []}"
    host.load(
        first=headed("valid-1", adding(":valid-1"), 1),
        middle=headed("middle", empty, 2),
        last=headed("valid-2", adding(":valid-2"), 3),
    )
    outcome = transform(host)
    assert outcome["post"]["title"] == "Hello:valid-1:valid-2"
    [error] = outcome["errors"]
    assert (error["code"], error["message"]) == ("schema", "Transform output validation failed")
    assert (error["pointer"], error["hint"]) == ("/title", "title must not be empty")


def test_the_legacy_script_runs_unchanged(host: Host) -> None:
    post = {
        "title": "BoardGameGeek | Great Game",
        "content": "Read this: BoardGameGeek | Great Game",
        "tags": ["inbox"],
        "categories": [],
    }
    assert one(host, BGG, post) == {
        "post": {
            "title": "BoardGameGeek",
            "content": "Read this: BoardGameGeek",
            "tags": ["inbox", "spielen"],
            "categories": ["aside"],
        },
        "applied": ["bgg_link"],
        "errors": [],
        "toasts": ["a game: BoardGameGeek"],
    }


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param("def transform(post): post['title'] = 'x'", "x", id="nothing returned"),
        pytest.param("def transform(post): return {**post, 'title': 'x'}", "x", id="a post"),
        pytest.param("def transform(post): return {'post': {**post, 'title': 'x'}}", "x", id="wrapped"),
        pytest.param("def transform(post, context): post['title'] = context['url']", "u", id="with context"),
        pytest.param("def transform(post, source=None): post['title'] = source['url']", "u", id="default"),
        pytest.param("def transform(*args): args[0]['title'] = args[1]['url']", "u", id="any number"),
        pytest.param("def transform(post, *, context): post['title'] = context['url']", "u", id="keyword"),
        pytest.param("async def transform(post): return {**post, 'title': 'x'}", "x", id="async"),
        pytest.param("transform = lambda post: {**post, 'title': ' x\\n'}", "x", id="trimmed"),
        pytest.param("def transform(post): return {**post, 'title': 'x', 'id': object()}", "x", id="further fields"),
        pytest.param("def transform(post): post['tags'] = ('a',)\n", "Hello", id="tuple"),
    ],
)  # fmt: skip
def test_what_a_transform_may_take_and_return(host: Host, body: str, title: str) -> None:
    outcome = one(host, body, context={"source": "blogmark", "url": "u"})
    assert outcome["errors"] == []
    assert outcome["post"]["title"] == title
    assert outcome["post"].keys() == POST.keys()


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        pytest.param("return 5", "output-type", "", id="number"),
        pytest.param("return {'post': None}", "output-type", "", id="no post"),
        pytest.param("return {'title': 'x'}", "schema", "", id="half a post"),
        pytest.param("del post['tags']", "schema", "", id="field deleted"),
        pytest.param("post['tags'] = ['a', ' ']", "schema", "/tags/1", id="empty tag"),
        pytest.param("post['tags'] = 'a'", "schema", "/tags", id="tags as text"),
        pytest.param("post['categories'] = [1]", "schema", "/categories/0", id="category as number"),
        pytest.param("post['title'] = None", "schema", "/title", id="no title"),
        pytest.param("post['tags'] = {'a'}", "output-type", "/tags", id="a set"),
        pytest.param("post['title'] = '\\ud800'", "output-type", "/title", id="surrogate"),
        pytest.param("post['content'] = 'x' * 5_000_000", "output-limit", "/content", id="too long"),
        pytest.param("post['tags'].append(post['tags'])", "output-type", "/tags/0", id="cycle"),
    ],
)  # fmt: skip
def test_what_is_no_post_is_refused_and_nothing_is_lost(
    host: Host, body: str, code: str, pointer: str
) -> None:
    outcome = one(host, f"def transform(post):\n    post['title'] = 'changed'\n    {body}\n")
    assert outcome["post"] == POST
    [error] = outcome["errors"]
    assert (error["code"], error["message"]) == (code, "Transform output validation failed")
    assert (error["pointer"], outcome["applied"]) == (pointer, [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("raise SystemExit(0)", "exception", id="exit"),
        pytest.param("raise BaseException('x')", "exception", id="any exception"),
        pytest.param("transform(post)", "exception", id="recursion"),
        pytest.param("raise MemoryError", "memory", id="memory"),
    ],
)
def test_whatever_is_raised_is_the_transforms_own(host: Host, body: str, code: str) -> None:
    outcome = one(host, f"def transform(post):\n    post['title'] = 'changed'\n    {body}\n")
    assert (outcome["post"], outcome["errors"][0]["code"]) == (POST, code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(headed("x", "def transform(post:\n"), "syntax", id="syntax"),
        pytest.param(headed("x", "1 / 0\n"), "exception", id="body"),
        pytest.param(headed("x", "def other(post): ...\n"), "schema", id="no function"),
        pytest.param(headed("x", adding("!"), entrypoint="tidy"), "schema", id="other function"),
    ],
)
def test_a_script_that_cannot_be_used_is_skipped(host: Host, content: str, code: str) -> None:
    host.load(x=content, y=headed("y", adding("!"), 9))
    outcome = transform(host)
    assert (outcome["post"]["title"], outcome["errors"][0]["code"]) == ("Hello!", code)


@pytest.mark.parametrize(
    ("entrypoint", "defined"),
    [("tidy", "tidy"), ("render", "render"), ("main", "transform"), ("größe", "transform")],
)
def test_which_function_is_called(host: Host, entrypoint: str, defined: str) -> None:
    body = adding("!").replace("transform", defined)
    assert one(host, headed("x", body, entrypoint=entrypoint))["applied"] == ["x"]


def test_a_later_change_of_what_was_returned_reaches_nobody(host: Host) -> None:
    keeper = (
        "kept = []\ndef transform(post):\n    kept.append(post)\n    return post\n"
        "def spoil():\n    for post in kept:\n        post['title'] = 'spoilt'\n        post['tags'].append('spoilt')\n"
    )
    spoiler = "import sys\ndef transform(post):\n    sys.modules['script.scripts.a'].spoil()\n"
    host.load(a=headed("a", keeper, 1), b=headed("b", spoiler, 2), c=headed("c", VALID, 3))
    outcome = transform(host)
    assert outcome["errors"] == []
    assert outcome["post"] == {**POST, "title": "Hello!"}


def test_each_transform_gets_a_context_of_its_own(host: Host) -> None:
    taking = "def transform(post, context):\n    post['title'] += context['list'].pop()\n"
    host.load(a=taking, b=taking)
    assert transform(host, context={"list": ["x"]})["post"]["title"] == "Helloxx"


def test_toasts_are_bounded(host: Host) -> None:
    many = "def transform(post):\n    for n in range(9): toast(f' {post[\"title\"]} {n} ')\n"
    odd = (
        "def transform(post):\n    toast('')\n    toast('  ')\n    toast('x' * 999)\n    toast(5)\n"
    )
    failing = "def transform(post):\n    toast('never seen')\n    raise ValueError\n"
    host.load(failing=failing, many=many, odd=odd)
    toasts = transform(host)["toasts"]
    assert toasts == [f"Hello {n}" for n in range(5)] + ["x" * 300, "5"]
    host.load(**{f"many{n}": many for n in range(6)})
    assert len(transform(host)["toasts"]) == 20


def test_toast_exists_for_transforms_only(host: Host) -> None:
    host.load(macro="def render(context):\n    return {'text': str('toast' in globals())}\n")
    assert host.call("macro")["result"] == {"text": "False"}
    assert one(host, "toast('at once')\n" + VALID)["toasts"] == ["at once"]


def test_prints_are_handed_out(host: Host) -> None:
    loud = "import sys\ndef transform(post):\n    print('out')\n    print('err', file=sys.stderr)\n"
    host.load(a=loud, b=loud)
    outcome = transform(host)
    assert (outcome["stdout"], outcome["stderr"]) == ("out\nout\n", "err\nerr\n")


def test_without_transforms_the_post_comes_back_trimmed(host: Host) -> None:
    post = {"title": " a ", "content": "\tb\n", "tags": [" x "], "categories": [], "id": "p1"}
    assert transform(host, post) == {
        "post": {"title": "a", "content": "b", "tags": ["x"], "categories": []},
        "applied": [],
        "errors": [],
        "toasts": [],
    }


@pytest.mark.parametrize(
    ("post", "code", "pointer"),
    [
        pytest.param({**POST, "title": " "}, "schema", "/title", id="empty"),
        pytest.param([], "schema", "", id="no object"),
        pytest.param({**POST, "content": "x" * (17 << 20)}, "input-limit", None, id="too large"),
    ],
)
def test_a_post_that_is_none_is_refused(
    host: Host, post: Any, code: str, pointer: str | None
) -> None:
    [reply] = host.send("transform", post=post, context={}, sliceMs=0)
    assert (reply["kind"], reply["error"]["code"]) == ("refused", code)
    assert reply["error"].get("pointer") == pointer


def test_without_a_slice_the_host_knows_whose_turn_it_is(host: Host) -> None:
    host.load(a=VALID, b=VALID)
    replies = host.send("transform", post=POST, context={}, sliceMs=0)
    assert [(r["next"], r["done"]) for r in replies] == [
        ("scripts/a.py", False),
        ("scripts/b.py", False),
        (None, True),
    ]
    assert ["outcome" in reply for reply in replies] == [False, False, True]


def test_a_charged_transform_is_not_run(host: Host) -> None:
    host.load(a=VALID, b="while True: pass\ndef transform(post): ...\n", c=VALID)
    charge = {"code": "timeout", "message": "took longer than 5 s"}
    outcome = transform(host, charged={"scripts/b.py": charge})
    assert outcome["post"]["title"] == "Hello!!"
    [error] = outcome["errors"]
    assert {**charge, "scriptSlug": "b", "scriptId": error["scriptId"]} == error


def test_a_cancelled_job_leaves_no_toast_behind(host: Host) -> None:
    host.load(a="def transform(post): toast('a')", b=VALID)
    number = 77
    message = {"kind": "transform", "id": number, "post": POST, "context": {}, "sliceMs": 0}
    host.session.handle(json.dumps(message))
    host.session.step()
    host.session.handle(json.dumps({"kind": "cancel", "id": number}))
    host.load(a=VALID)
    assert transform(host)["toasts"] == []
