from pybridge.library import AppTools as AppTools
from pybridge.library import AsyncRuntime as AsyncRuntime
from pybridge.library import Cancelled as Cancelled
from pybridge.library import Checked as Checked
from pybridge.library import Document as Document
from pybridge.library import Limits as Limits
from pybridge.library import Macro as Macro
from pybridge.library import Problem as Problem
from pybridge.library import PybridgeError as PybridgeError
from pybridge.library import Ran as Ran
from pybridge.library import Recording as Recording
from pybridge.library import Rendered as Rendered
from pybridge.library import Result as Result
from pybridge.library import Runtime as Runtime
from pybridge.library import Script as Script
from pybridge.library import ScriptFailed as ScriptFailed
from pybridge.library import Tool as Tool
from pybridge.library import ToolFailed as ToolFailed
from pybridge.library import ToolLimits as ToolLimits
from pybridge.library import Transformed as Transformed
from pybridge.processes import Completed as Completed
from pybridge.processes import Processes as Processes
from pybridge.processes import ProcessLimits as ProcessLimits
from pybridge.processes import run_python as run_python

__all__: tuple[str, ...]
__version__: str
