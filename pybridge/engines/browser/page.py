"""A page in a headless Chromium, with a function that is called with JSON texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from pybridge.engines.browser import chromium
from pybridge.errors import BootFailed, EngineCrashed, RemoteError, browser_extra_missing
from pybridge.macros.values import json_text

try:
    from playwright.sync_api import Browser, Error, Page, sync_playwright
except ModuleNotFoundError as error:
    raise browser_extra_missing() from error

ENGINE = "browser"


class CalledPage:
    """A page that takes an operation and a JSON text, and returns `{"value": …}` or `{"error": error.v1}`."""

    def __init__(self, page: Page, function: str) -> None:
        self._page = page
        self._function = function

    @classmethod
    def open(
        cls, stack: ExitStack, url: str, function: str, callbacks: Mapping[str, Callable[..., None]]
    ) -> CalledPage:
        """Start a browser with the page in it; both end with *stack*.

        Args:
            stack: What ends them.
            url: Address of the page.
            function: Its global function.
            callbacks: Functions that it can call, by name.

        Raises:
            PybridgeError: The browser is missing, or does not start.
        """
        page = _started(stack).new_page()
        for name, callback in callbacks.items():
            page.expose_function(name, callback)
        page.goto(url)
        page.wait_for_function(f"() => globalThis.{function} !== undefined")
        return cls(page, function)

    def call(self, operation: str, request: Mapping[str, Any]) -> Any:
        """Return what an operation returns.

        Raises:
            RemoteError: It failed.
            EngineCrashed: The page, or the browser, has ended.
        """
        try:
            text = self._page.evaluate(
                f"([name, request]) => globalThis.{self._function}(name, request)",
                [operation, json.dumps(request, allow_nan=False)],
            )
        except Error as error:
            raise EngineCrashed(ENGINE, error.message) from error
        answer: Mapping[str, Any] = json_text.parse(text)
        if "error" in answer:
            raise RemoteError(answer["error"])
        return answer["value"]


def _started(stack: ExitStack) -> Browser:
    playwright = stack.enter_context(sync_playwright())
    program = chromium.find(playwright.chromium.executable_path)
    try:
        browser: Browser = playwright.chromium.launch(
            executable_path=program, args=chromium.flags(), handle_sigint=False
        )
    except Error as error:
        raise BootFailed(ENGINE, f"{program} did not start: {error.message}") from error
    stack.callback(_close_quietly, browser)
    return browser


def _close_quietly(browser: Browser) -> None:
    try:
        browser.close()
    except Error:
        return  # it has ended already
