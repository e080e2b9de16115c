"""The library for Python programs: `Runtime` and `AsyncRuntime`, and the values they take and return."""

from pybridge.app_tools import AppTools, Tool, ToolFailed, ToolLimits
from pybridge.engines.limits import Limits
from pybridge.errors import Cancelled, PybridgeError
from pybridge.library.asynchronous import AsyncRuntime
from pybridge.library.documents import Document
from pybridge.library.problems import Problem, ScriptFailed
from pybridge.library.runtime import Runtime
from pybridge.library.tools import Recording
from pybridge.library.values import Checked, Macro, Ran, Rendered, Result, Script, Transformed

__all__ = [
    "AppTools",
    "AsyncRuntime",
    "Cancelled",
    "Checked",
    "Document",
    "Limits",
    "Macro",
    "Problem",
    "PybridgeError",
    "Ran",
    "Recording",
    "Rendered",
    "Result",
    "Runtime",
    "Script",
    "ScriptFailed",
    "Tool",
    "ToolFailed",
    "ToolLimits",
    "Transformed",
]
