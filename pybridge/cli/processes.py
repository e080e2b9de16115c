"""Commands for processes: run Python in a sandbox, list the Pythons."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli import python as running
from pybridge.cli.output import answer


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
@click.option(
    "--session", is_flag=True, help="Serve a host program: requests in, replies out, a line each."
)
@options.as_json
def python(args: tuple[str, ...], runtime: str, host: str, jsonl: bool, **given: Any) -> int:
    """Run Python in a sandbox: no network, and no files but its own.

    Ends with the exit code of the program; 124 on timeout. Put options of the program itself after `--`.

    Example: echo '3 4' | pybridge python -c 'print(sum(map(int, input().split())))'
    """
    return running.python(args, runtime, host, jsonl, **given)


@click.group()
def runtimes() -> None:
    """List and install the Pythons that run processes.

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


@runtimes.command("install")
@click.argument("file", type=options.PATH)
@click.option("--allow-downgrade", is_flag=True, help="Accept an older version than before.")
@options.as_json
def install_runtime(file: Path, allow_downgrade: bool, as_json: bool) -> int:
    """Install a Python from a signed bundle.

    Example: pybridge runtimes install lang-python-micropython-1.25.0.zip
    """
    from pybridge.cli.distribution.bundles import tell_installed
    from pybridge.commands.bundles import runtimes as installing

    done = installing.install_runtime(file, allow_downgrade=allow_downgrade)
    return answer(done, as_json, tell_installed)


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
