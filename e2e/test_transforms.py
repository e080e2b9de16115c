"""Transforms, previews, helpers and seeds in the real worker."""

from __future__ import annotations

from typing import Any

import pytest

from e2e.conftest import Host, call
from tests.unit.macros.test_transforms import BGG

pytestmark = pytest.mark.every_browser

POST: dict[str, Any] = {"title": "Hello", "content": "World", "tags": [], "categories": []}
ADDING = "def transform(post):\n    post['title'] += '!'\n"


def test_transforms_that_hang_or_die_are_skipped(host: Host) -> None:
    infos = host.load(
        a=ADDING,
        b="def transform(post):\n    post['title'] = 'lost'\n    while True: pass\n",
        c="def transform(post):\n    import os; os._exit(1)\n",
        d=ADDING + "    toast('done')\n",
    )
    outcome = host.do("transform", post={"title": " Hello ", "content": "World", "id": "p1"})
    assert outcome["post"] == {**POST, "title": "Hello!!"}
    assert (outcome["applied"], outcome["toasts"]) == (["a", "d"], ["done"])
    errors = [(error["scriptSlug"], error["code"]) for error in outcome["errors"]]
    assert errors == [("b", "timeout"), ("c", "crash")]
    stats = host.do("stats")["scripts"]
    assert [stats[info["id"]]["timeouts"] for info in infos] == [0, 1, 0, 0]


def test_the_legacy_transform_runs_unchanged_and_bad_posts_are_refused(host: Host) -> None:
    host.load(bgg_link=BGG)
    post = {
        "title": "BoardGameGeek | Great Game",
        "content": "Read this: BoardGameGeek | Great Game",
        "tags": ["inbox"],
        "categories": [],
    }
    outcome = host.do("transform", post=post, context={"source": "blogmark", "url": "https://x/"})
    assert outcome["post"] == {
        "title": "BoardGameGeek",
        "content": "Read this: BoardGameGeek",
        "tags": ["inbox", "spielen"],
        "categories": ["aside"],
    }
    assert (outcome["errors"], len(outcome["toasts"])) == ([], 1)
    requests: list[dict[str, Any]] = [
        {"post": {**POST, "title": ""}},
        {"post": 5},
        {"post": POST, "context": []},
    ]
    refusals = [host.ask("transform", **request)["error"] for request in requests]
    assert [(error["code"], error["pointer"]) for error in refusals] == [
        ("schema", "/title"),
        ("schema", ""),
        ("schema", ""),
    ]


def test_previews_and_one_that_hangs(host: Host) -> None:
    hanging = "def render(context): ...\ndef preview(context):\n    while True: pass\n"
    host.load(stuck=hanging)
    calls = [
        call("youtube", id="abc"),
        call("stuck"),
        call("nobody"),
        call("gallery", columns="4"),
        5,
    ]
    texts = host.do("previews", calls=calls)
    shown = [text.get("text") or text["error"]["code"] for text in texts]
    assert shown == ["▶ YouTube: abc", "timeout", "⚠ nobody", "📷 Gallery (4 cols)", "schema"]


def test_helpers_are_reloaded_and_a_seed_gives_the_numbers_of_any_engine(host: Host) -> None:
    user = "from _dates import nice\ndef render(context):\n    return {'html': nice('x')}\n"
    host.load(_dates="def nice(text):\n    return text.upper()\n", user=user)
    assert host.call("user")["result"] == {"html": "X"}
    host.load(_dates="def nice(text):\n    return {}[text]\n")
    error = host.call("user")["error"]
    assert error["script"]["path"] == "scripts/_dates.py"
    host.do("unload", paths=["scripts/_dates.py"])
    assert host.call("user")["error"]["type"] == "ModuleNotFoundError"
    host.load(
        dice="import random\ndef render(context):\n    return {'text': str(random.random())}\n"
    )
    seeded = {**call("dice"), "env": {"seed": "post-1"}}
    outcomes = host.do("calls", calls=[seeded, call("dice"), seeded])
    texts = [outcome["result"]["text"] for outcome in outcomes]
    assert texts[0] == texts[2] == "0.9983832822590553"
    assert texts[1] != texts[0]
