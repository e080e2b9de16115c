"""The methods that run scripts, with the tools that the client offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pybridge.app_tools import require_switched_on
from pybridge.commands.session import Session, open_session
from pybridge.commands.work import run as running
from pybridge.commands.work import transform as transforming
from pybridge.engines import DEFAULT_ENGINE, EngineChoice
from pybridge.engines.protocol import OpenTools
from pybridge.errors import Cancelled
from pybridge.rpc.cancellation import Interrupted
from pybridge.service.workbench import Workbench

Params = Mapping[str, Any]
MOST_NAMED = 1000
"""Calls of tools that the result of a run names."""


class _Record:
    """The calls of a run, as its result shows them."""

    def __init__(self) -> None:
        self._calls: list[dict[str, Any]] = []
        self._count = 0

    def __call__(self, call: dict[str, Any]) -> None:
        self._count += 1
        if self._count <= MOST_NAMED:
            self._calls.append(call)

    def to_json(self) -> dict[str, Any]:
        """Return its members of the result."""
        return {"calls": self._calls, "allCalls": self._count}


def run_script(bench: Workbench, params: Params) -> Any:
    """Run a script as a program."""
    timeout_ms, record = params.get("timeoutMs"), _Record()
    with _working(bench) as session:
        ran = running.run(
            session,
            running.named_script(session, params["name"]),
            params.get("args", []),
            timeout_s=None if timeout_ms is None else timeout_ms / 1000,
            on_output=None,
            tools=_tools(bench, record),
        )
    return {"run": ran, **record.to_json()}


def transform(bench: Workbench, params: Params) -> Any:
    """Send a post through the enabled transforms."""
    record = _Record()
    post = transforming.read_post(params["post"])
    with _working(bench) as session:
        done = session.engine.transform(
            post, params.get("context", {}), tools=_tools(bench, record)
        )
    return {"transformed": done, **record.to_json()}


def offer_tools(bench: Workbench, params: Params) -> Any:
    """Offer tools to the scripts that this client runs."""
    require_switched_on(bench.project.settings.features)
    return {"tools": bench.tools.offer(params)}


def _tools(bench: Workbench, record: _Record) -> OpenTools | None:
    if not bench.project.settings.features.tools:
        return None
    return bench.tools.open(bench.token, record)


@contextmanager
def _working(bench: Workbench) -> Iterator[Session]:
    """Open a sandbox that ends when the request is cancelled."""
    bench.token.check()
    with open_session(bench.project, EngineChoice(DEFAULT_ENGINE)) as session:
        forget = bench.token.on_cancel(session.engine.cancel)
        try:
            yield session
        except Cancelled:
            raise Interrupted from None
        finally:
            forget()
