"""Firefox, driven by WebDriver BiDi, which it speaks itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("firefox-esr", "firefox")
START_S = 60
LARGEST_MESSAGE = 2**28
PREFERENCES = {
    "app.normandy.enabled": False,
    "browser.chrome.site_icons": False,  # whose absence would be a complaint of the page
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
}

REPORTS = ("Content-Security-Policy: ", "Content Security Policy: ")
"""How Firefox begins its reports of what a policy stopped, and how the others do."""

Listener = Callable[[str], None]


class FirefoxError(Exception):
    """Firefox refused a command, or a script in a page failed."""


class Firefox:
    """One session; every method blocks until Firefox answers."""

    def __init__(self, connection: ClientConnection, answer_s: float) -> None:
        self._connection = connection
        self._answer_s = answer_s
        self._last = 0
        self._listeners: dict[str, Listener] = {}
        begun = self._send("session.new", capabilities={})
        self.version = str(begun["capabilities"]["browserVersion"])
        self._send("session.subscribe", events=["log.entryAdded"])

    def open(self, listener: Listener) -> str:
        """Open a tab; *listener* hears what is written to its console."""
        window = str(self._send("browsingContext.create", type="tab")["context"])
        self._listeners[window] = listener
        return window

    def close(self, window: str) -> None:
        self._send("browsingContext.close", context=window)
        del self._listeners[window]

    def navigate(self, window: str, url: str) -> None:
        self._send("browsingContext.navigate", context=window, url=url, wait="complete")

    def call(self, window: str, function: str, argument: str) -> str:
        """Call an asynchronous function of a text, which returns one."""
        answer = self._send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": argument}],
            target={"context": window},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise FirefoxError(answer["exceptionDetails"]["text"])
        return str(answer["result"]["value"])

    def _send(self, method: str, **parameters: Any) -> Any:
        self._last += 1
        self._connection.send(
            json.dumps({"id": self._last, "method": method, "params": parameters})
        )
        while True:
            message = json.loads(self._connection.recv(self._answer_s))
            if message["type"] == "event":
                self._hear(message["params"])
            elif message["type"] == "error":
                raise FirefoxError(f"{method}: {message['error']}: {message['message']}")
            elif message["id"] == self._last:
                return message["result"]

    def _hear(self, entry: dict[str, Any]) -> None:
        listener = self._listeners.get(entry["source"].get("context", ""))
        if listener and entry["text"] is not None:
            listener(entry["text"].replace(*REPORTS))


def find() -> Path | None:
    """Return Firefox, if it is installed."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return Path(found) if found else None


@contextmanager
def session(program: Path, script_s: float) -> Iterator[Firefox]:
    """Run Firefox with a profile of its own; a script may take *script_s*."""
    with TemporaryDirectory(prefix="pybridge-firefox-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines) + "\n")
        options = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", folder]
        process = subprocess.Popen(
            [program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = _address(profile, process)
            with connect(address, max_size=LARGEST_MESSAGE, compression=None) as connection:
                yield Firefox(connection, script_s + 10)
        finally:
            process.terminate()
            process.wait()


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until Firefox has written where it listens."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(FileNotFoundError, ValueError):
            where = json.loads((profile / "WebDriverBiDiServer.json").read_text())
            return f"ws://{where['ws_host']}:{where['ws_port']}/session"
        time.sleep(0.05)
    raise FirefoxError("Firefox did not start")
