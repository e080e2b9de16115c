"""Run Python code in a process: one call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pybridge.processes.completed import Completed
from pybridge.processes.invocation import ProcessLimits
from pybridge.processes.processes import Content, Processes


def run_python(
    code: str,
    *args: str,
    stdin: Content = b"",
    files: Mapping[str, Content] | None = None,
    env: Mapping[str, str] | None = None,
    runtime: str | None = None,
    limits: ProcessLimits | None = None,
) -> Completed:
    """Run `python -c CODE ARGS` in a fresh interpreter and return its outcome, also when it fails.

    Args:
        code: The program.
        args: Its arguments, `sys.argv[1:]`.
        stdin: Its standard input.
        files: Files that it sees, by absolute path.
        env: Its environment.
        runtime: Which Python; None for CPython.
        limits: Its limits; None for the defaults.

    Raises:
        UnknownRuntime: when there is no such runtime.
    """
    host = _shared()
    return host.run(
        host.invocation(
            [["python", "-c", code, *args]],
            stdin=stdin,
            files=files,
            env=env,
            runtime=runtime,
            limits=limits,
        )
    )


@cache
def _shared() -> Processes:
    """Return the host of all calls; its children end with this process."""
    return Processes()
