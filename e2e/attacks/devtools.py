"""Chromium by its own protocol: JavaScript is evaluated in a worker's realm, as if Python had got out.

Playwright evaluates with the policies' ban on string evaluation lifted, and does not see the workers of
an opaque frame; so this speaks with a browser of its own, over a pipe.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from select import select
from types import TracebackType
from typing import Any, Self

ANSWER_S = 60
"""Seconds for any answer of the browser."""


class DevTools:
    """A browser of its own, with every target attached; a context manager."""

    def __init__(self, program: str, flags: list[str]) -> None:
        self._stack = ExitStack()
        self._next = 0
        self._buffer = b""
        self._answers: dict[int, dict[str, Any]] = {}
        self.targets: dict[str, dict[str, Any]] = {}
        """Facts of each attached target, by session."""
        profile = self._stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The protocol's descriptors are 3 and 4; a shell puts them there.
        script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        arguments = [
            "--headless=new",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", script, "bash", program, *flags, *arguments],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._send({"id": 0, "method": "Browser.close"})
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)
        self._stack.close()

    def open(self, url: str) -> str:
        """Open a page and return its session; its frames and workers are attached as they come."""
        target = self.ask("Target.createTarget", {"url": url})["targetId"]
        session: str = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})[
            "sessionId"
        ]
        self._follow(session)
        return session

    def close(self, session: str) -> None:
        """Close a page, with all that belongs to it."""
        self.ask("Page.close", {}, session)
        self.targets.clear()

    def evaluate(self, session: str, expression: str) -> Any:
        """Return the value of an expression, awaited, under the policies of its realm."""
        answer = self.ask(
            "Runtime.evaluate",
            {
                "expression": expression,
                "awaitPromise": True,
                "returnByValue": True,
                "allowUnsafeEvalBlockedByCSP": False,
            },
            session,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def workers(self) -> list[str]:
        """Return the sessions of the workers that are there."""
        return [session for session, facts in self.targets.items() if facts["type"] == "worker"]

    def until(self, what: Callable[[], Any]) -> Any:
        """Return what *what* returns once that is true."""
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            found = what()
            if found:
                return found
            self._receive(0.05)
        raise TimeoutError(f"the browser did not come to {what}")

    def ask(
        self, method: str, params: dict[str, Any], session: str | None = None
    ) -> dict[str, Any]:
        """Send a command and return its result."""
        number = self._command(method, params, session)
        answer = self.until(lambda: self._answers.pop(number, None))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    def tell(self, method: str, params: dict[str, Any], session: str | None = None) -> None:
        """Send a command without waiting for its answer: who crashes gives none."""
        self._command(method, params, session)

    def _command(self, method: str, params: dict[str, Any], session: str | None) -> int:
        self._next += 1
        message: dict[str, Any] = {"id": self._next, "method": method, "params": params}
        self._send({**message, "sessionId": session} if session else message)
        return self._next

    def _follow(self, session: str) -> None:
        settings = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self._command("Target.setAutoAttach", settings, session)

    def _send(self, message: dict[str, Any]) -> None:
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            return

    def _receive(self, seconds: float) -> None:
        if not select([self._in], [], [], seconds)[0]:
            return
        self._buffer += os.read(self._in, 1 << 16)
        *messages, self._buffer = self._buffer.split(b"\0")
        for text in messages:
            self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
        elif message["method"] == "Target.attachedToTarget":
            session = message["params"]["sessionId"]
            self.targets[session] = message["params"]["targetInfo"]
            if message["params"]["targetInfo"]["type"] in ("page", "iframe", "worker"):
                self._follow(session)
        elif message["method"] == "Target.detachedFromTarget":
            self.targets.pop(message["params"]["sessionId"], None)
