"""Codes that work once, for two minutes, and the sessions that they open."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pybridge.studio.web.sessions import CODE_S, CodeRefused, Session, Sessions


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_code_opens_one_session_and_its_second_use_ends_it() -> None:
    sessions = Sessions()
    code = sessions.new_code()
    opened = sessions.exchange(code)
    assert sessions.find([opened.cookie], opened.key) is opened
    for _ in range(2):
        with pytest.raises(CodeRefused, match="was used before"):
            sessions.exchange(code)
    assert not sessions.is_open(opened)
    assert sessions.find([opened.cookie], opened.key) is None


def test_who_has_a_session_keeps_it_and_uses_the_code_up() -> None:
    sessions = Sessions()
    first, second = sessions.new_code(), sessions.new_code()
    opened = sessions.exchange(first)
    assert sessions.exchange(first, opened) is opened  # the same address again, in the same browser
    assert sessions.exchange(second, opened) is opened
    assert sessions.exchange("of an earlier start", opened) is opened
    with pytest.raises(CodeRefused):
        sessions.exchange(second)


@pytest.mark.parametrize("late_s", [CODE_S + 1, 1e9])
def test_a_code_lasts_two_minutes(late_s: float) -> None:
    clock = Clock()
    sessions = Sessions(clock)
    used, unused, in_time = (sessions.new_code() for _ in range(3))
    opened = sessions.exchange(used)
    clock.now = CODE_S - 1
    sessions.exchange(in_time)
    clock.now = late_s
    for code in (used, unused):
        with pytest.raises(CodeRefused, match="not valid"):
            sessions.exchange(code)
    assert sessions.is_open(opened), "an old address ends no session"


@given(st.text(max_size=40))
@settings(max_examples=50)
def test_nothing_else_is_a_code(guess: str) -> None:
    sessions = Sessions()
    code = sessions.new_code()
    for text in (guess, code + guess if guess else "", code[:-1], code.swapcase(), "\ud800"):
        with pytest.raises(CodeRefused):
            sessions.exchange(text)


def test_a_flood_of_codes_and_sessions_stays_small() -> None:
    sessions = Sessions()
    opened = [sessions.exchange(sessions.new_code()) for _ in range(500)]
    assert len([each for each in opened if sessions.is_open(each)]) == 64
    assert sessions.is_open(opened[-1])


class Browsers(RuleBasedStateMachine):
    """Browsers, each with its session or none, that use codes in any order."""

    @initialize()
    def start(self) -> None:
        self.clock = Clock()
        self.sessions = Sessions(self.clock)
        self.codes: list[tuple[str, float]] = []
        self.uses: dict[str, set[int]] = {}
        self.held: dict[int, Session] = {}

    @rule()
    def print_address(self) -> None:
        self.codes.append((self.sessions.new_code(), self.clock.now + CODE_S))

    @rule(s=st.floats(0, 90))
    def wait(self, s: float) -> None:
        self.clock.now += s

    @rule(browser=st.integers(0, 3), pick=st.integers(0, 30))
    def open(self, browser: int, pick: int) -> None:
        if not self.codes:
            return
        code, end = self.codes[pick % len(self.codes)]
        held = self.held.get(browser)
        if held is not None and not self.sessions.is_open(held):
            held = None
        was_used = bool(self.uses.get(code))
        try:
            got = self.sessions.exchange(code, held)
        except CodeRefused:
            assert held is None
            assert was_used or self.clock.now > end
            self.held.pop(browser, None)
        else:
            assert got is held or (held is None and not was_used and self.clock.now <= end)
            self.held[browser] = got
            self.uses.setdefault(code, set()).add(browser)

    @invariant()
    def no_two_browsers_share_a_session(self) -> None:
        sessions = list(self.held.values())
        assert len({each.key for each in sessions}) == len(sessions)


TestBrowsers = Browsers.TestCase
TestBrowsers.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
