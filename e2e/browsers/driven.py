"""Browsers, contexts and pages with the methods of Playwright's that the tests of every browser use."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol

import pytest

from e2e.browsers import firefox, webkit

SCRIPT_S = 60.0
POLL_S = 0.02

CALL = """async (text) => {
  const found = (%s);
  const value = typeof found === "function" ? await found(JSON.parse(text)) : await found;
  return JSON.stringify(value ?? null);
}"""
"""What evaluates an expression in a page, or calls a function with an argument."""


class Session(Protocol):
    """What both drivers do."""

    version: str

    def open(self, listener: Callable[[str], None]) -> str:
        """Open a window, and return its handle; *listener* hears its console, if the driver does."""
        ...

    def close(self, window: str) -> None: ...

    def navigate(self, window: str, url: str) -> None:
        """Open an address, and wait for the page."""
        ...

    def call(self, window: str, function: str, argument: str) -> str:
        """Call an asynchronous function of a text, which returns one."""
        ...


class DrivenPage:
    """A window of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._listeners: list[Callable[[Any], None]] = []
        self._window = session.open(self._hear)

    def goto(self, url: str) -> None:
        self._session.navigate(self._window, url)

    def evaluate(self, text: str, argument: Any = None) -> Any:
        """Return what a function or an expression gives; a promise is waited for."""
        return json.loads(self._session.call(self._window, CALL % text, json.dumps(argument)))

    def wait_for_function(self, text: str) -> None:
        """Wait until a function returns something true."""
        until = time.monotonic() + SCRIPT_S
        while not self.evaluate(text):
            if time.monotonic() > until:
                raise TimeoutError(f"not true in {SCRIPT_S} s: {text}")
            time.sleep(POLL_S)

    def wait_for_timeout(self, ms: float) -> None:
        """Let the page go on."""
        time.sleep(ms / 1000)

    def query_selector(self, selector: str) -> object | None:
        """Return something if there is such an element."""
        found = self.evaluate("(each) => document.querySelector(each) !== null", selector)
        return found or None

    def on(self, event: str, listener: Callable[[Any], None]) -> None:
        """Hear the console, if the driver does."""
        if event == "console":
            self._listeners.append(listener)

    def close(self) -> None:
        self._session.close(self._window)

    def _hear(self, text: str) -> None:
        for listener in self._listeners:
            listener(SimpleNamespace(text=text))


class DrivenContext:
    """Pages that are closed together; they share the browser's storage with all others."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pages: list[DrivenPage] = []

    def new_page(self) -> DrivenPage:
        self._pages.append(DrivenPage(self._session))
        return self._pages[-1]

    def close(self) -> None:
        for page in self._pages:
            page.close()


class DrivenBrowser:
    """One running browser."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.version = session.version

    def new_context(self) -> DrivenContext:
        return DrivenContext(self._session)


@contextmanager
def running(name: str) -> Iterator[DrivenBrowser]:
    """Run `firefox` or `webkit`."""
    driver = firefox if name == "firefox" else webkit
    program = driver.find()
    if program is None:
        pytest.skip(f"{name} is not installed: dev/setup.sh other-browsers")
    with driver.session(program, SCRIPT_S) as session:
        yield DrivenBrowser(session)
