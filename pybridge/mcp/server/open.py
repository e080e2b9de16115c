"""Open the server: everything that it needs, in the order in which it starts."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pybridge.errors import PackageMissing, UsageError
from pybridge.mcp.audit import AuditLog
from pybridge.mcp.folders.approved import Approved
from pybridge.mcp.kept import KeptOutputs
from pybridge.mcp.policies.effective import HostPolicy
from pybridge.mcp.tools.code import code_tools
from pybridge.mcp.tools.plain import plain_tools
from pybridge.mcp.tools.project import project_tools
from pybridge.mcp.tools.runner import CodeRunner
from pybridge.mcp.tools.sessions import Sessions
from pybridge.mcp.tools.tool import Tool
from pybridge.processes import Processes
from pybridge.project.discover import ProjectOrBuiltIns
from pybridge.rpc import stdio as pipes


@dataclass(frozen=True)
class Settings:
    """How the server was started."""

    project: ProjectOrBuiltIns
    host: HostPolicy
    folders: Sequence[Approved] = ()
    audit: AuditLog | None = None


@dataclass(frozen=True)
class Opened:
    """The tools of a server, and what they share."""

    tools: list[Tool]
    kept: KeptOutputs


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """Start what the tools need.

    Raises:
        PybridgeError: when the project cannot be read, or processes cannot be run.
    """
    with Processes() as processes:
        processes.start_child()  # it gets ready while the SDK is imported, which takes longer
        kept, sessions = KeptOutputs(), Sessions(processes)
        try:
            runner = CodeRunner(
                processes, kept, sessions, settings.host, settings.folders, settings.audit
            )
            tools = [*code_tools(runner), *project_tools(settings.project, runner), *plain_tools()]
            yield Opened(tools, kept)
        finally:
            sessions.close()
            kept.close()


def serve_stdio(settings: Settings) -> None:
    """Answer on standard input and output until the input ends.

    Raises:
        PackageMissing: when the extra `mcp` is not installed.
        PybridgeError: see `opened`.
    """
    with opened(settings) as found:
        try:
            from pybridge.mcp.server import app, stdio
        except ModuleNotFoundError as error:
            raise sdk_missing(error) from error
        server = app.build(found.tools, found.kept)
        stdio.serve_stdio(server, pipes.input_bytes, pipes.own_output())


def serve_http(settings: Settings, port: int, token: str, on_open: Callable[[str], None]) -> None:
    """Answer over HTTP on the loopback address until SIGINT or SIGTERM.

    Args:
        settings: How the server was started.
        port: 0 for any that is free.
        token: What each request must have.
        on_open: Called with the address.

    Raises:
        PackageMissing: when the extra `mcp` is not installed.
        UsageError: when the port cannot be used.
        PybridgeError: see `opened`.
    """
    with opened(settings) as found, socket.socket() as bound:
        try:
            from pybridge.mcp.server import app, http
        except ModuleNotFoundError as error:
            raise sdk_missing(error) from error
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((http.LOOPBACK, port))
        except OSError as error:
            problem = f"the port {port} cannot be used: {error.strerror}"
            raise UsageError(problem, "name another one, or none") from error
        http.serve_http(app.build(found.tools, found.kept), bound, token, on_open)


def sdk_missing(error: ModuleNotFoundError) -> PackageMissing:
    """Return the error for a missing SDK.

    Raises:
        ModuleNotFoundError: when it is a module of pybridge itself that is missing.
    """
    if (error.name or "").startswith("pybridge"):
        raise error
    return PackageMissing("mcp", "pip install 'pybridge-runtime[mcp]'")
