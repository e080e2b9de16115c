"""WebKitGTK, driven by its own WebDriver, on a display that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PROGRAM = "WebKitWebDriver"
DISPLAY = "Xvfb"
START_S = 30


CALL = """
((call, argument, settle) => {
  call(argument).then((value) => settle({ value }), (error) => settle({ error: `${error}\\n${error?.stack}` }));
})(%s, ...arguments);
"""

Listener = Callable[[str], None]


class WebDriverError(Exception):
    """WebKit refused a command."""


class WebDriver:
    """One session; every method blocks until WebKit answers."""

    def __init__(self, port: int, timeout_s: float) -> None:
        self._address = f"http://127.0.0.1:{port}/session"
        self._timeout_s = timeout_s
        self._first = ""

    def begin(self, script_s: float) -> None:
        always = {"timeouts": {"script": int(script_s * 1000)}}
        answer = self._request("POST", "", {"capabilities": {"alwaysMatch": always}})
        self._address += "/" + answer["sessionId"]
        self.version = str(answer["capabilities"]["browserVersion"])
        self._first = self._request("GET", "/window")

    def open(self, listener: Listener) -> str:
        """Open a tab; *listener* hears nothing, for the driver says nothing of the console."""
        return str(self._request("POST", "/window/new", {"type": "tab"})["handle"])

    def close(self, window: str) -> None:
        self._switch_to(window)
        self._request("DELETE", "/window")
        self._switch_to(self._first)

    def navigate(self, window: str, url: str) -> None:
        self._switch_to(window)
        self._request("POST", "/url", {"url": url})

    def call(self, window: str, function: str, argument: str) -> str:
        """Call an asynchronous function of a text, which returns one."""
        self._switch_to(window)
        body = {"script": CALL % function, "args": [argument]}
        answer = self._request("POST", "/execute/async", body)
        if "error" in answer:
            raise WebDriverError(answer["error"])
        return str(answer["value"])

    def _switch_to(self, window: str) -> None:
        self._request("POST", "/window", {"handle": window})

    def end(self) -> None:
        self._request("DELETE", "")

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self._address + path, data, headers, method=method)
        try:
            with urlopen(request, timeout=self._timeout_s) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            value = json.load(error)["value"]
            raise WebDriverError(f"{value['error']}: {value['message']}") from None


def find() -> Path | None:
    """Return WebKit's driver, if it and a display for it are installed."""
    found = shutil.which(PROGRAM)
    return Path(found) if found and shutil.which(DISPLAY) else None


@contextmanager
def session(program: Path, script_s: float) -> Iterator[WebDriver]:
    """Run WebKit with a home of its own; a script may take *script_s*."""
    with (
        TemporaryDirectory(prefix="pybridge-webkit-", ignore_cleanup_errors=True) as home,
        _display() as display,
    ):
        port = _free_port()
        process = subprocess.Popen(
            [program, f"--port={port}"],
            env={**os.environ, "DISPLAY": display, "HOME": home, "XDG_RUNTIME_DIR": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, process)
            driver = WebDriver(port, script_s + 10)
            driver.begin(script_s)
            yield driver
            driver.end()
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _display() -> Iterator[str]:
    """Run an X server without a screen; yield its name."""
    reader, writer = os.pipe()
    command = [DISPLAY, "-displayfd", str(writer), "-nolisten", "tcp"]
    process = subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as lines:
            yield f":{lines.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise WebDriverError("the driver of WebKit did not start")
