"""Commands for processes: run Python in a sandbox, list the Pythons."""

from __future__ import annotations

import codecs
import errno
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, print_lines, read_stdin
from pybridge.errors import DocumentUnreadable, UsageError

if TYPE_CHECKING:
    from pybridge.commands.processes.hosts import ProcessHost
    from pybridge.commands.processes.mapped import Mapped
    from pybridge.processes.completed import Completed


class _Seconds(click.FloatRange):
    """A number of seconds; the range of click lets `nan` pass."""

    name = "number of seconds"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return seconds


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("args", nargs=-1, type=click.UNPROCESSED, metavar="[FILE|-] [ARGS]…")
@click.option("-c", "code", metavar="CODE", help="The program as text.")
@click.option(
    "--runtime", default="cpython", show_default=True, metavar="NAME", help="Which Python."
)
@click.option(
    "--host", default="wasmtime", show_default=True, metavar="NAME", help="Where it runs."
)
@click.option(
    "--file", "files", multiple=True, metavar="HOST:GUEST", help="A file or folder it sees."
)
@click.option(
    "--out", "outs", multiple=True, metavar="GUEST:HOST", help="A file or folder to keep."
)
@click.option("--env", multiple=True, metavar="K=V", help="A variable of its environment.")
@click.option(
    "--allow", multiple=True, metavar="NAME", help="A command that may run (default: all)."
)
@click.option(
    "--tool", "tools", multiple=True, metavar="NAME=FILE", help="A WASI module as a command."
)
@click.option(
    "--timeout",
    type=_Seconds(min=0.001, max=604800),
    metavar="S",
    help="Time limit in seconds (default: 30).",
)
@click.option(
    "--jsonl", is_flag=True, help="Filter: one invocation.v1 per line in, one completed.v1 out."
)
@options.as_json
def python(args: tuple[str, ...], runtime: str, host: str, jsonl: bool, **given: Any) -> int:
    """Run Python in a sandbox: no network, and no files but its own.

    Ends with the exit code of the program; 124 on timeout. Put options of the program itself after `--`.

    Example: echo '3 4' | pybridge python -c 'print(sum(map(int, input().split())))'
    """
    from pybridge.commands.processes import hosts
    from pybridge.commands.processes import python as describing

    describing.require_host(host)
    allowed = [name for text in given["allow"] for name in text.split(",")]
    with closing(hosts.opened(host, runtime, allowed or None)) as processes:
        for text in given["tools"]:
            describing.register(processes, *describing.tool(text))
        if jsonl:
            _require_alone(args, given)
            return _lines(processes)
        describing.require_runtime(runtime, host)
        return _one(processes, args, given)


def _require_alone(args: Sequence[str], given: dict[str, Any]) -> None:
    names = ("files", "outs", "env", "timeout", "as_json")
    if args or given["code"] is not None or any(given[name] for name in names):
        raise UsageError(
            "--jsonl takes its processes from standard input only",
            "use it with --runtime, --host, --allow and --tool",
        )


def _lines(processes: ProcessHost) -> int:
    from pybridge.commands.processes.lines import completed_lines

    return print_lines(completed_lines(processes, _read_input), lambda _: False)


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
    from pybridge.commands.processes.outputs import write_out

    if outs and not completed.has_files:
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


@click.group()
def runtimes() -> None:
    """List the Pythons that run processes.

    Example: pybridge runtimes list
    """


@runtimes.command("list")
@options.as_json
def list_runtimes(as_json: bool) -> int:
    """List the Pythons, and whether each can be used here.

    Example: pybridge runtimes list
    """
    from pybridge.processes import runtimes as known

    found = [each.to_json() for each in known.listed()]
    if as_json:
        terminal.document(found)
    else:
        headings = ("name", "version", "status", "size")
        rows = [
            [each["name"], each["version"] or "–", each["status"], _size(each)] for each in found
        ]
        terminal.table(headings, rows)
    return terminal.EXIT_DONE


@runtimes.command()
@click.argument("name")
@options.as_json
def show(name: str, as_json: bool) -> int:
    """Show one Python, and what it does not support.

    Example: pybridge runtimes show cpython
    """
    from pybridge.processes import runtimes as known

    runtime = known.find(name)
    found = runtime.to_json()
    claims = known.claims(name)
    status = answer({**found, **({"claims": claims} if claims else {})}, as_json, _tell)
    if runtime.wasm is None and (hint := known.how_to_get(name)):
        terminal.talk(hint)
    return status


def _tell(found: dict[str, Any]) -> None:
    for key in ("name", "version", "status", "sha256"):
        terminal.row(f"{key:<8} {found[key] or '–'}")
    terminal.row(f"{'size':<8} {_size(found)}")
    claims = found.get("claims")
    if claims:
        terminal.row(f"no modules: {', '.join(claims['modules'])}")
        for name, feature in claims["features"].items():
            terminal.row(f"no {name}: {feature['reason']}")


def _size(found: dict[str, Any]) -> str:
    return "–" if found["size"] is None else f"{found['size']:,} bytes"
