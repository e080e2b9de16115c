from __future__ import annotations

import copy
import json
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pybridge.macros.values.sharing import LazyObject, Shared
from tests.unit.macros.host import Host, call, returning

MEDIA = [{"id": f"m{n}", "title": "x" * 20, "tags": ["a"]} for n in range(500)]
DATA = {"media": MEDIA, "linkedMediaIds": None, "tagUsage": [{"tag": "a", "count": 1}], "n": 5}


def lazy() -> dict[str, Any]:
    value = Shared(DATA).copy()
    assert type(value) is LazyObject
    return value


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda d: dict(d), id="dict"),
        pytest.param(lambda d: {**d}, id="unpacking"),
        pytest.param(lambda d: {key: d[key] for key in d}, id="subscript"),
        pytest.param(lambda d: {key: d.get(key) for key in d}, id="get"),
        pytest.param(lambda d: dict(d.items()), id="items"),
        pytest.param(lambda d: dict(zip(d.keys(), d.values(), strict=True)), id="values"),
        pytest.param(lambda d: d.copy(), id="copy method"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda d: pickle.loads(pickle.dumps(d)), id="pickle"),
        pytest.param(lambda d: json.loads(json.dumps(d)), id="json"),
        pytest.param(lambda d: json.loads(json.dumps(d, indent=1)), id="json in Python"),
        pytest.param(lambda d: d | {}, id="or"),
        pytest.param(lambda d: {} | d, id="or from the right"),
        pytest.param(lambda d: eval(repr(d)), id="repr"),
        pytest.param(lambda d: {key: d.setdefault(key, 1) for key in list(d)}, id="setdefault"),
        pytest.param(lambda d: dict([d.popitem() for _ in range(len(d))]), id="popitem"),
        pytest.param(lambda d: {key: d.pop(key) for key in list(d)}, id="pop"),
        pytest.param(lambda d: (lambda **all_of_it: all_of_it)(**d), id="keyword arguments"),
    ],
)
def test_lazy_object_reads_like_a_dict(read: Callable[[Any], Any]) -> None:
    assert read(lazy()) == DATA


def test_lazy_object_compares_and_matches_like_a_dict() -> None:
    assert lazy() == DATA
    assert operator.eq(DATA, lazy())
    assert lazy() != {}
    assert "{n}".format_map(lazy()) == "5"
    match lazy():
        case {"media": [{"id": first}, *_]}:
            assert first == "m0"
        case _:
            pytest.fail("a mapping pattern does not see into it")
    assert lazy().get("other", 7) == 7
    with pytest.raises(KeyError):
        lazy()["other"]


def test_copies_share_nothing() -> None:
    shared = Shared(DATA)
    first, second = shared.copy(), shared.copy()
    first["media"][0]["tags"].append("b")
    first["tagUsage"][0]["count"] = 9
    first["media"].clear()
    assert second == DATA
    assert second["media"] is second["media"]


def test_small_data_is_a_plain_dict() -> None:
    assert type(Shared({"a": [1]}).copy()) is dict
    assert Shared(DATA).copy(["n", "tagUsage", "absent"]) == {"n": 5, "tagUsage": DATA["tagUsage"]}


def test_macros_of_a_batch_cannot_reach_each_other_through_shared_data(host: Host) -> None:
    host.load(
        evil=returning(
            "'evil'",
            "def spoil(c):\n  c['data']['media'].clear(); c['data']['tagUsage'][0]['count'] = -1\n"
            "  c['post']['tags'].append('x'); c['env']['source']['id'] = 'x'; c['macro']['position']['line'] = 9",
        ).replace("return", "spoil(context); return"),
        show=returning("str([len(context['data']['media']), context['data']['tagUsage'], context['post']])"),
    )  # fmt: skip
    shared = {"data": DATA, "post": {"tags": ["t"]}}
    text = "[[show]]|[[evil]]|[[show]]"
    document, again = host.documents(
        [{"text": text}, {"text": text, "path": "b.md"}], shared=shared
    )
    outputs = [macro["result"]["html"] for each in (document, again) for macro in each["macros"]]
    assert outputs[0] == outputs[2] == outputs[3] == outputs[5]
    assert document["macros"][1]["position"] == {"line": 1, "column": 10, "offset": 9}


def test_result_may_hold_the_lazy_data(host: Host) -> None:
    host.load(echo="def render(c): return {'html': '', 'data': c['data']}\n")
    document = host.documents([{"text": "[[echo]]"}], shared={"data": DATA})[0]
    assert document["macros"][0]["result"]["data"] == DATA


ECHO = (
    "def render(c): return {'html': '', 'data': {key: c[key] for key in ('env', 'post', 'data')}}\n"
)
SHARED: dict[str, Any] = {
    "env": {"mainLanguage": "de", "source": {"kind": "post"}},
    "post": {"id": "p1", "title": "A"},
    "data": {"media": MEDIA, "n": 5},
}


@pytest.mark.parametrize(
    ("own", "needs", "expected"),
    [
        pytest.param({}, "", SHARED, id="as shared"),
        pytest.param({"post": None}, "", SHARED, id="null takes nothing away"),
        pytest.param(
            {"env": {"isPreview": True, "mainLanguage": "fr"}},
            "",
            {**SHARED, "env": {**SHARED["env"], "isPreview": True, "mainLanguage": "fr"}},
            id="env",
        ),
        pytest.param(
            {"post": {"id": "p2"}}, "", {**SHARED, "post": {"id": "p2", "title": "A"}}, id="post"
        ),
        pytest.param(
            {"data": {"n": 6, "m": 7}},
            "",
            {**SHARED, "data": {"media": MEDIA, "n": 6, "m": 7}},
            id="data",
        ),
        pytest.param(
            {"data": {"n": 6, "m": 7}},
            "NEEDS = ['n']\n",
            {**SHARED, "data": {"n": 6}},
            id="what the script needs",
        ),
    ],
)
def test_calls_are_merged_over_what_their_batch_shares(
    host: Host, own: dict[str, Any], needs: str, expected: dict[str, Any]
) -> None:
    host.load(echo=needs + ECHO)
    calls = [{**call("echo"), "env": {}, **own}]
    outcome = host.send("render", calls=calls, shared=SHARED, sliceMs=10)[0]["outcomes"][0]
    env = {"isPreview": False, **expected["env"]}
    assert outcome["result"]["data"] == {**expected, "env": env}


def test_calls_cannot_reach_each_other_through_what_they_share(host: Host) -> None:
    spoil = (
        "def render(c):\n  c['data']['media'].clear(); c['data']['n'] = 9; c['post']['id'] = 'x'\n"
        "  c['env']['source']['kind'] = 'x'; c['env']['isPreview'] = True\n  return {'html': ''}\n"
    )
    host.load(echo=ECHO, spoil=spoil)
    calls = [{**call(name), "env": {}} for name in ("echo", "spoil", "echo")]
    outcomes = host.send("render", calls=calls, shared=SHARED, sliceMs=10_000)[0]["outcomes"]
    assert "error" not in outcomes[1]
    assert outcomes[0] == outcomes[2]
