"""The caches of compiled patterns: what is right is compiled once, what is wrong is replaced."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from pybridge.macros.guard import caches
from pybridge.macros.guard.caches import Caches

KEY = (str, "a(b)?c", re.UNICODE.value)
RIGHT = re.compile(KEY[1])
WRONG = re.compile("wrong")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Patterns that the guard compiles; `re` has two caches with one entry each, whichever Python runs this."""
    found: list[str] = []
    compile_one: Any = caches._compiled

    def compiling(key: tuple[Any, ...], space: dict[str, Any]) -> Any:
        found.append(key[1])
        return compile_one(key, space)

    monkeypatch.setattr(caches, "_compiled", compiling)
    for name in ("_cache", "_cache2"):
        monkeypatch.setattr(sys.modules["re"], name, {}, raising=False)
    return found


def fill(pattern: object) -> None:
    for name in ("_cache", "_cache2"):
        getattr(re, name)[KEY] = pattern


def test_a_pattern_in_two_caches_is_compiled_once(compiled: list[str]) -> None:
    watched = Caches()
    watched.note()
    for _ in range(3):
        fill(RIGHT)
        assert watched.put_back() == []
    assert compiled.count(KEY[1]) == 1


def test_patterns_from_before_are_not_compiled_again(compiled: list[str]) -> None:
    fill(RIGHT)
    watched = Caches()
    watched.note()
    assert watched.put_back() == []
    assert compiled == []


def test_a_wrong_pattern_in_either_cache_is_replaced(compiled: list[str]) -> None:
    for name in ("_cache", "_cache2"):
        watched = Caches()
        watched.note()
        getattr(re, name)[KEY] = WRONG
        assert watched.put_back() == [f"re.{name}"]
        assert getattr(re, name)[KEY] == RIGHT


def test_a_known_pattern_that_is_replaced_later_is_found(compiled: list[str]) -> None:
    fill(RIGHT)
    watched = Caches()
    watched.note()
    fill(WRONG)
    assert watched.put_back() == ["re._cache", "re._cache2"]
    assert [re._cache[KEY], re._cache2[KEY]] == [RIGHT, RIGHT]  # type: ignore[attr-defined]


def test_what_the_functions_of_re_leave_is_right(compiled: list[str]) -> None:
    watched = Caches()
    watched.note()
    re.sub("x+", "", "x")
    re.subn("x", "", "x", flags=re.IGNORECASE)
    re.split("y", "xyz")
    re.search(b"z", b"z")
    assert watched.put_back() == []
    assert compiled


def test_flags_that_are_not_given_may_have_a_type_of_their_own(
    compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class NotGiven(int):
        pass

    class Other(int):
        pass

    monkeypatch.setattr(sys.modules["re"], "_ZeroSentinel", NotGiven, raising=False)
    watched = Caches()
    watched.note()
    plain = re.compile("a")
    for flags, wrong in ((NotGiven(0), []), (Other(0), ["re._cache"])):
        re.purge()  # else the key that is there stays
        re._cache[str, "a", flags] = plain  # type: ignore[attr-defined]
        assert watched.put_back() == wrong
    assert compiled
