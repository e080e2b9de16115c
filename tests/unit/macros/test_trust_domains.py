"""What an interpreter keeps of scripts of other trust domains: that they are there, and not a word of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pybridge.macros.wire import Session

SECRET = "kept-" + "from-neighbours"
SOURCE = f"def render(context):\n    return {{'text': {SECRET!r}}}\n"


def load(session: Session, path: str, content: str, *, elsewhere: bool = False) -> Any:
    script: dict[str, Any] = {"path": path, "content": content, "origin": "project"}
    if elsewhere:
        script["elsewhere"] = True
    [info] = ask(session, "load", scripts=[script])["scripts"]
    return info


def ask(session: Session, kind: str, **fields: Any) -> Any:
    return json.loads(session.handle(json.dumps({"kind": kind, "id": 1, **fields}))[1:])


def texts_in(root: object) -> Iterator[str]:
    """Yield every text that can be reached from *root* by attributes, members and constants."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type):
            continue
        seen.add(id(found))
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, (list, tuple, set, frozenset)):
            waiting += found
        elif type(found).__module__.startswith("pybridge.") or hasattr(found, "co_consts"):
            names = {
                name for kind in type(found).__mro__ for name in getattr(kind, "__slots__", ())
            }
            waiting += [getattr(found, name, None) for name in (*names, "__dict__", "co_consts")]


@pytest.mark.parametrize("before", [False, True], ids=["new", "moved there"])
def test_nothing_of_its_text_is_kept(before: bool) -> None:
    session = Session()
    if before:
        load(session, "a.py", SOURCE)
        assert any(SECRET in text for text in texts_in(session))
    load(session, "a.py", SOURCE, elsewhere=True)
    assert not any(SECRET in text for text in texts_in(session))


def test_it_is_known_as_anywhere() -> None:
    there, here = Session(), Session()
    assert load(here, "a.py", SOURCE, elsewhere=True) == load(there, "a.py", SOURCE)


def test_what_was_read_before_the_start_is_kept_only_where_it_is_loaded() -> None:
    session = Session()
    load(session, "a.py", SOURCE)
    ask(session, "load", scripts=[], unload=["a.py"])
    assert any(SECRET in text for text in texts_in(session))
    session.wake()
    load(session, "b.py", "def render(context):\n    return {'text': 'b'}\n")
    assert not any(SECRET in text for text in texts_in(session))


def test_a_call_for_another_domain_leaves_out_what_all_documents_share() -> None:
    session = Session()
    load(session, "a.py", SOURCE, elsewhere=True)
    shared = {"data": {"media": [1]}, "post": {"id": 1}}
    documents = [{"text": "[[a]]"}, {"text": "[[a]]", "data": {"own": 2}, "post": {"id": 3}}]
    reply = ask(session, "documents", documents=documents, shared=shared, sliceMs=1000)
    calls = [document["awaits"][0]["call"] for document in reply["documents"]]
    assert [{name: call[name] for name in ("post", "data") if name in call} for call in calls] == [
        {},
        {"post": {"id": 3}, "data": {"own": 2}},
    ]
