"""The tools that a client offers to scripts: each call becomes a request to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pybridge import abi
from pybridge.app_tools import AppTools, Tool, ToolFailed, ToolLimits
from pybridge.app_tools.answering import Audit
from pybridge.engines.protocol import AnswerCalls, OpenTools
from pybridge.errors import UsageError
from pybridge.rpc import messages
from pybridge.rpc.cancellation import Token
from pybridge.rpc.outgoing import NotAnswered, Outgoing

Json = Mapping[str, Any]
_TIMEOUT_MS = 30_000
_RESULT = "rpc/tools.call/properties/result"


class OfferedTools:
    """The tools of one client; none until it offers some."""

    def __init__(self, client: Outgoing | None) -> None:
        """Offer nothing yet.

        Args:
            client: Is asked for the values; None if it cannot be.
        """
        self._client = client
        self._offered: Json | None = None

    def offer(self, offered: Json) -> list[str]:
        """Take the params of `tools.offer`; return the names of the tools.

        Raises:
            UsageError: when the client cannot be asked, or a schema cannot be used.
        """
        if self._client is None:
            raise UsageError(
                "tools need a connection on which the service can send requests",
                "start `pybridge serve` and use its standard input and output",
            )
        self._app_tools(offered, "", Token(), lambda _: None)
        self._offered = offered
        return sorted(offered["tools"])

    def open(self, token: Token, audit: Audit) -> OpenTools | None:
        """Return what answers the scripts of a run; None when nothing is offered.

        Args:
            token: Ends the calls when the run is cancelled.
            audit: Hears of each call.
        """
        offered = self._offered
        if offered is None:
            return None

        def answers_of(script: str) -> AnswerCalls:
            return self._app_tools(offered, script, token, audit).open(script)

        return answers_of

    def _app_tools(self, offered: Json, script: str, token: Token, audit: Audit) -> AppTools:
        tools = {
            name: Tool(
                self._call(name, script, _seconds(tool), token),
                tool.get("inputSchema"),
                tool.get("outputSchema"),
            )
            for name, tool in offered["tools"].items()
        }
        limits = {abi.to_snake(name): most for name, most in offered.get("limits", {}).items()}
        # The call's own time ends first, and says so.
        seconds = 1 + max(map(_seconds, offered["tools"].values()), default=0)
        bounds = ToolLimits(seconds=seconds, **limits)
        return AppTools(tools, offered["allow"], limits=bounds, audit=audit)

    def _call(self, name: str, script: str, seconds: float, token: Token) -> Callable[..., Any]:
        def call(**args: Any) -> Any:
            assert self._client is not None
            params = {"tool": name, "args": args, "script": script}
            try:
                result = self._client.ask("tools.call", params, seconds, token)
            except NotAnswered as error:
                raise ToolFailed(str(error)) from error
            except messages.ErrorAnswer as error:
                if error.number == messages.REFUSED:
                    raise ToolFailed(str(error)) from error
                raise
            if abi.validate(_RESULT, result):
                raise ToolFailed("the answer does not hold a value")
            return result["value"]

        return call


def _seconds(tool: Json) -> float:
    return float(tool.get("timeoutMs", _TIMEOUT_MS) / 1000)
