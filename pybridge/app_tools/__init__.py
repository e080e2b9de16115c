"""What scripts may ask their application for: tools, an allowlist, limits, an audit, recordings.

A tool is a function of the application. Scripts reach it by `await tools.name(**args)` in a program; the host checks
each call here, before and after it is made. Nothing is allowed unless it is named for that script.
"""

from pybridge.app_tools.answering import AppTools, ToolLimits
from pybridge.app_tools.recording import Recorder, Replay
from pybridge.app_tools.tool import Tool, ToolFailed, require_switched_on

__all__ = [
    "AppTools",
    "Recorder",
    "Replay",
    "Tool",
    "ToolFailed",
    "ToolLimits",
    "require_switched_on",
]
