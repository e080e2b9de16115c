"""The browser engine: the generated worker in a real Chromium, driven headless."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pybridge import resources
from pybridge.build.on_demand import built_folder
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.engines.browser.page import CalledPage
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, OpenTools, Script
from pybridge.errors import UsageError
from pybridge.html.policy import Policy
from pybridge.packages.script_packages import ScriptPackages

OnProgress = Callable[[int, int], None]
OnOutput = Callable[[str, str], None]


class BrowserEngine:
    """Pyodide in a sandboxed frame of a headless page; a context manager.

    The JavaScript client runs in the page as in a renderer; this class passes JSON to it and back.
    """

    name = "browser"

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        policy: Policy | None = None,
        spares: int = 0,
        folder: Path | None = None,
        packages: ScriptPackages | None = None,
    ) -> None:
        """Start the browser and the runtime in it.

        Args:
            limits: Limits of the sandbox; None means the defaults.
            policy: The HTML that results may hold; None means the policy of the folder.
            spares: Workers kept ready; a process that renders one batch needs none.
            folder: Built folder to load; None builds one of the current sources.
            packages: What scripts may import there; a given folder has its own.

        Raises:
            PybridgeError: the browser is missing, or the sandbox did not start or does not hold.
        """
        self._stack = ExitStack()
        self._on_progress: OnProgress | None = None
        self._on_output: OnOutput | None = None
        with ExitStack() as opening:
            self.server = opening.enter_context(
                AssetServer(
                    {
                        "/": resources.web_worker() / "headless",
                        "/pybridge/": folder or built_folder(packages),
                    }
                )
            )
            self._page = CalledPage.open(
                opening,
                f"{self.server.url}/",
                "pybridgeCall",
                {"pybridgeEvent": self._event},
            )
            hosts = None if policy is None else sorted(policy.iframe_hosts)
            options = {"limits": (limits or Limits()).to_json(), "spares": spares}
            # Scripts come by `load`, as in every engine.
            self.sandbox = self._call("start", preload=False, iframeHosts=hosts, **options)
            self._stack = opening.pop_all()

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load *scripts*, each into its trust domain; return script.v1 of each."""
        return list(self._call("load", scripts=[script.to_source() for script in scripts]))

    def render_calls(self, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return one sanitised outcome per call."""
        return list(self._call("calls", calls=calls))

    def render_documents(
        self,
        documents: Sequence[JsonObject],
        shared: JsonObject,
        *,
        on_progress: OnProgress | None = None,
        with_output: bool = True,
    ) -> list[JsonObject]:
        """Return one rendered document each, always with its output."""
        self._on_progress = on_progress
        return list(self._call("documents", documents=documents, shared=shared))

    def run(
        self,
        script: JsonObject,
        args: Sequence[str],
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Run a utility script; *on_output* gets (stream, text) as it prints.

        Raises:
            UsageError: when it is given *tools*: in a browser they belong to the page.
        """
        _refuse_tools(tools)
        self._on_output = on_output
        timeout_ms = None if timeout_s is None else timeout_s * 1000
        return dict(self._call("run", script=script, args=list(args), timeoutMs=timeout_ms))

    def transform(
        self,
        post: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        tools: OpenTools | None = None,
    ) -> JsonObject:
        """Send a post through the enabled transforms.

        Raises:
            UsageError: when it is given *tools*, see `run`.
        """
        _refuse_tools(tools)
        return dict(self._call("transform", post=dict(post), context=dict(context)))

    def check(self, path: str, content: str) -> JsonObject:
        """Return metadata and problems of a script, without running it."""
        return dict(self._call("check", path=path, content=content))

    def cancel(self) -> None:
        """Do nothing: only the thread that opened the browser may speak to it."""

    def resume(self) -> None:
        """Do nothing, see `cancel`."""

    def stats(self) -> JsonObject:
        """Return the runtime's counters."""
        return dict(self._call("stats"))

    def close(self) -> None:
        """End the browser and the server."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _call(self, operation: str, **request: Any) -> Any:
        given = {name: value for name, value in request.items() if value is not None}
        return self._page.call(operation, given)

    def _event(self, kind: str, text: str) -> None:
        first, second = json.loads(text)
        if kind == "progress" and self._on_progress:
            self._on_progress(first, second)
        if kind == "output" and self._on_output:
            self._on_output(first, second)


def _refuse_tools(tools: OpenTools | None) -> None:
    if tools is not None:
        raise UsageError("the browser engine has no tools", hint="use the engine wasi or native")
