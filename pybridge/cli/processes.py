"""Commands for processes: run Python in a sandbox, list the Pythons."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, print_lines, read_stdin
from pybridge.errors import UsageError

if TYPE_CHECKING:
    from pybridge.processes.completed import Completed
    from pybridge.processes.processes import Processes


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
    type=click.FloatRange(min=0.001, max=604800),
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
    from pybridge.commands.processes import python as describing
    from pybridge.processes.processes import Processes

    describing.require_host(host)
    allowed = [name for text in given["allow"] for name in text.split(",")]
    with Processes(runtime=runtime, allowed=allowed or None) as processes:
        processes.start_child()
        for text in given["tools"]:
            name, wasm = describing.variable(text)
            processes.register(name, Path(wasm))
        if jsonl:
            _require_alone(args, given)
            return _lines(processes)
        describing.require_runtime(runtime)
        return _one(processes, args, given)


def _require_alone(args: Sequence[str], given: dict[str, Any]) -> None:
    names = ("files", "outs", "env", "timeout", "as_json")
    if args or given["code"] is not None or any(given[name] for name in names):
        raise UsageError(
            "--jsonl takes its processes from standard input only",
            "use it with --runtime, --host, --allow and --tool",
        )


def _lines(processes: Processes) -> int:
    from pybridge.commands.processes.lines import completed_lines

    return print_lines(completed_lines(processes, read_stdin), lambda _: False)


def _one(processes: Processes, args: Sequence[str], given: dict[str, Any]) -> int:
    from pybridge.commands.processes import python as describing

    mapped = [describing.mapped_in(text) for text in given["files"]]
    outs = [describing.mapped_out(text) for text in given["outs"]]
    asked = describing.asked(given["code"], args, mapped)
    invocation = processes.invocation(
        [asked.argv],
        files=asked.files,
        env=dict(map(describing.variable, given["env"])),
        limits=describing.limits_of(given["timeout"]),
    )
    as_json = given["as_json"]
    completed = processes.run(
        invocation,
        stdout=_ignore if as_json else lambda piece: _pass_on(1, piece),
        stderr=_ignore if as_json else lambda piece: _pass_on(2, piece),
        stdin=None if _is_idle_terminal(asked.argv) else read_stdin,
    )
    missing: list[str] = []
    describing.write_out(completed, asked.files, outs, missing.append)
    return _report(completed, missing, as_json=as_json)


def _report(completed: Completed, missing: Sequence[str], *, as_json: bool) -> int:
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
    for path in missing:
        terminal.caution(f"the program left no {path}")
    return completed.exit_code or (terminal.EXIT_FAILED if missing else terminal.EXIT_DONE)


def _ignore(_: bytes) -> None:
    return


def _pass_on(descriptor: int, piece: bytes) -> None:
    """Write bytes as they are; a terminal gets no control characters."""
    stream = sys.stdout if descriptor == 1 else sys.stderr
    if stream.isatty():
        terminal.output("stdout" if descriptor == 1 else "stderr", piece.decode("utf-8", "replace"))
        return
    stream.buffer.write(piece)
    stream.flush()


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
