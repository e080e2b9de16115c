"""Processes in a sandbox: `python -c`, scripts and tools, with arguments, streams, files and limits of their own."""

from pybridge.processes.completed import Completed
from pybridge.processes.events import AuditEvent
from pybridge.processes.invocation import Invocation, ProcessLimits
from pybridge.processes.processes import Process, Processes
from pybridge.processes.python import run_python

__all__ = [
    "AuditEvent",
    "Completed",
    "Invocation",
    "Process",
    "ProcessLimits",
    "Processes",
    "run_python",
]
