"""Tools that hosts call to see whether the server lives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pybridge
from pybridge.mcp.answers import Answer
from pybridge.mcp.tools.tool import Done, Tool, Work, schema
from pybridge.processes import runtimes

WORKER = "pybridge"


def plain_tools() -> list[Tool]:
    """Return the tools that run nothing."""
    nothing = schema("nothing")
    return [
        Tool("python_tools.ping", "Ping", "Answer pong.", nothing, None, _ping, True),
        Tool(
            "rzn.worker.health",
            "Health",
            "Say whether code can be run, and by which version.",
            nothing,
            schema("health"),
            _health,
            True,
        ),
        Tool("example.echo", "Echo", "Answer the text.", schema("echo"), None, _echo, True),
    ]


def _ping(_: Mapping[str, Any]) -> Work:
    return Done(Answer("pong"))


def _health(_: Mapping[str, Any]) -> Work:
    is_ready = runtimes.find(runtimes.DEFAULT).wasm is not None
    structured = {
        "ok": is_ready,
        "worker": WORKER,
        "version": pybridge.__version__,
        "plugin_dir": None,
    }
    return Done(Answer("ok" if is_ready else "no Python is installed", structured))


def _echo(arguments: Mapping[str, Any]) -> Work:
    return Done(Answer(arguments["text"]))
