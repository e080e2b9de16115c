"""What `pybridge python` does, without the parser: the most frequent command line needs none."""

from __future__ import annotations

import codecs
import errno
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.cli import terminal
from pybridge.cli.output import print_lines, read_stdin
from pybridge.errors import DocumentUnreadable, UsageError

if TYPE_CHECKING:
    from pybridge.commands.processes.hosts import ProcessHost
    from pybridge.commands.processes.mapped import Mapped
    from pybridge.processes.completed import Completed


def python(args: Sequence[str], runtime: str, host: str, jsonl: bool, **given: Any) -> int:
    """Run what the command line says; the arguments are those of the command."""
    from pybridge.commands.processes import hosts
    from pybridge.commands.processes import python as describing

    if given["session"]:
        _require_alone(args, {**given, "host": host != "wasmtime", "jsonl": jsonl}, "--session")
    describing.require_host(host)
    allowed = [name for text in given["allow"] for name in text.split(",")]
    with closing(hosts.opened(host, runtime, allowed or None)) as processes:
        for text in given["tools"]:
            describing.register(processes, *describing.tool(text))
        if jsonl:
            _require_alone(args, given, "--jsonl")
            return _lines(processes)
        if given["session"]:
            return _session(processes)
        describing.require_runtime(runtime, host)
        return _one(processes, args, given)


def _require_alone(args: Sequence[str], given: dict[str, Any], option: str) -> None:
    names = ("files", "outs", "env", "timeout", "as_json", "jsonl", "host")
    if args or given["code"] is not None or any(given.get(name) for name in names):
        others = "--runtime, --host, --allow" if option == "--jsonl" else "--runtime, --allow"
        raise UsageError(
            f"{option} takes its processes from standard input only",
            f"use it with {others} and --tool",
        )


def _lines(processes: ProcessHost) -> int:
    from pybridge.commands.processes.lines import completed_lines

    return print_lines(completed_lines(processes, _read_input), lambda _: False)


def _session(processes: ProcessHost) -> int:
    from pybridge.commands.processes.session import serve
    from pybridge.processes import Processes

    assert isinstance(processes, Processes)
    serve(processes, _read_input, terminal.line)
    return terminal.EXIT_DONE


def _one(processes: ProcessHost, args: Sequence[str], given: dict[str, Any]) -> int:
    from pybridge.commands.processes import python as describing
    from pybridge.commands.processes.mapped import mapped_in, mapped_out
    from pybridge.processes.invocation import Invocation

    mapped = [mapped_in(text) for text in given["files"]]
    outs = [mapped_out(text) for text in given["outs"]]
    limits = describing.limits_of(given["timeout"])
    asked = describing.asked(given["code"], args, mapped, limits)
    invocation = Invocation(
        [asked.argv],
        files=asked.files,
        env=dict(map(describing.variable, given["env"])),
        runtime=processes.runtime,
        limits=limits,
    )
    as_json = given["as_json"]
    completed = processes.run(
        invocation,
        stdout=_ignore if as_json else _passed_on("stdout"),
        stderr=_ignore if as_json else _passed_on("stderr"),
        stdin=None if _is_idle_terminal(asked.argv) else _read_input,
    )
    return _report(completed, _written(completed, asked.files, outs), as_json=as_json)


def _written(
    completed: Completed, given: Mapping[str, bytes], outs: Sequence[Mapped]
) -> Sequence[str]:
    """Write the files that are kept; return what is wrong with them."""
    if not outs:
        return []
    from pybridge.commands.processes.outputs import write_out

    if not completed.has_files:
        return ["no file was written: those of the program were not read back"]
    missing: list[Mapped] = []
    write_out(completed, given, outs, missing.append)
    return [f"the program left no {each.guest}: {each.host} was not written" for each in missing]


def _report(completed: Completed, problems: Sequence[str], *, as_json: bool) -> int:
    if as_json:
        terminal.document(completed.to_json())
    elif completed.message is not None and completed.message not in completed.stderr:
        terminal.talk(f"pybridge: {completed.message}")
    for stream, is_cut in (
        ("output", completed.truncated_stdout),
        ("error output", completed.truncated_stderr),
    ):
        if is_cut and not as_json:
            terminal.caution(f"the standard {stream} was cut at its limit")
    for problem in problems:
        terminal.caution(problem)
    return completed.exit_code or (terminal.EXIT_FAILED if problems else terminal.EXIT_DONE)


def _ignore(_: bytes) -> None:
    return


def _passed_on(name: str) -> Callable[[bytes], None]:
    """Return what writes pieces of a stream as they are; a terminal gets whole characters, and no control characters."""
    stream = sys.stdout if name == "stdout" else sys.stderr
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def pass_on(piece: bytes) -> None:
        if stream.isatty():
            terminal.output(name, decoder.decode(piece))
            return
        stream.buffer.write(piece)
        stream.flush()

    return pass_on


def _read_input(size: int) -> bytes:
    """Read standard input; one that is not open for reading is empty, as under `nohup`."""
    try:
        return read_stdin(size)
    except OSError as error:
        if error.errno in (errno.EBADF, errno.EIO):
            return b""
        raise DocumentUnreadable.of(Path("standard input"), error) from error


def _is_idle_terminal(argv: Sequence[str]) -> bool:
    """Whether standard input is a terminal that the program is not read from."""
    return sys.stdin.isatty() and argv[1:2] != ["-"]
