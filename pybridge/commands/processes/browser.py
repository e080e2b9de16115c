"""Processes in a page of a headless browser, one after the other."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pybridge import abi, resources
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.engines.browser.page import CalledPage
from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.processes import runtimes
from pybridge.processes.commands import is_tool_name
from pybridge.processes.completed import Completed
from pybridge.processes.invocation import Invocation, ProcessLimits
from pybridge.processes.page_folder import folder_with_python, pages_have
from pybridge.wasi.compile import problem_of, read_module
from pybridge.wasi.pipes import Sink, Source

_CHUNK = 1 << 16


def _ignore(_: bytes) -> None:
    return


class BrowserProcesses:
    """Runs Python and tools in a page; close it."""

    def __init__(self, runtime: str, allowed: Sequence[str] | None) -> None:
        """Start the browser, and the first worker in it.

        Args:
            runtime: Which Python runs `python`, where an invocation names none.
            allowed: Commands that may be run; None for all.

        Raises:
            PybridgeError: when the browser is missing, or the sandbox does not start.
        """
        runtimes.find(runtime)
        self.runtime = runtime
        self.limits = ProcessLimits()
        self._tools: dict[str, Path] = {}
        self._sinks: tuple[Sink, Sink] = (_ignore, _ignore)
        with ExitStack() as opening:
            mounts = {"/": resources.web_worker() / "headless", "/pybridge/": folder_with_python()}
            server = opening.enter_context(AssetServer(mounts))
            self._page = CalledPage.open(
                opening,
                f"{server.url}/processes.html",
                "pybridgeProcess",
                {"pybridgePiece": self._take},
            )
            options = {} if allowed is None else {"allowed": list(allowed)}
            # An absent one is said of each process.
            first = runtime if pages_have(runtime) else runtimes.DEFAULT
            self._page.call("start", {**options, "runtime": first})
            self._stack = opening.pop_all()

    def close(self) -> None:
        """End the browser and the server."""
        self._stack.close()

    def register(self, name: str, wasm: Path) -> None:
        """Make a WASI command module (preview 1) a command.

        Raises:
            UsageError: when the name is not one of a tool, or taken.
            DocumentUnreadable: when the file cannot be read.
        """
        if not is_tool_name(name) or name in self._tools:
            raise UsageError(f"no tool can be registered as {name!r}", "choose another name")
        content = base64.b64encode(read_module(wasm)).decode("ascii")
        self._page.call("register", {"name": name, "base64": content})
        self._tools[name] = wasm

    def prepare(self, name: str) -> None:
        """Have the browser look at a registered tool, which is compiled when it first runs.

        Raises:
            DocumentUnreadable: when it is not a module.
        """
        path = self._tools[name]
        content = read_module(path)
        encoded = base64.b64encode(content).decode("ascii")
        if not self._page.call("isModule", {"base64": encoded}):
            problem = problem_of(content, "the browser does not take it")
            raise DocumentUnreadable(path, "broken", problem)

    def run(
        self,
        invocation: Invocation,
        *,
        stdout: Sink = _ignore,
        stderr: Sink = _ignore,
        stdin: Source | None = None,
    ) -> Completed:
        """Run an invocation to its end; *stdin*, read to its end first, is its input.

        Raises:
            PybridgeError: when the browser has ended.
        """
        if stdin is not None:
            read = stdin
            invocation = replace(invocation, stdin=b"".join(iter(lambda: read(_CHUNK), b"")))
        self._sinks = (stdout, stderr)
        value = self._page.call("run", {"id": 0, "invocation": invocation.to_json()})
        abi.require("completed", value)
        return Completed.from_json(value)

    def _take(self, _: int, stream: int, encoded: str) -> None:
        self._sinks[stream - 1](base64.b64decode(encoded))
