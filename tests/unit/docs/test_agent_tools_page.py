"""docs/agent-tools.md: its Python and its shell run, and what it says of CPython is what is claimed."""

from __future__ import annotations

import contextlib
import io
import re

from pybridge.processes.runtimes import claims
from tests.unit.docs.cli_page import PAGE, comparable, replayed, workplace
from tests.unit.docs.test_processes_page import PROGRAM

TEXT = PAGE.with_name("agent-tools.md").read_text("utf-8")
PROCESSES = PAGE.with_name("python-processes.md").read_text("utf-8")


def test_the_sessions_show_the_real_output() -> None:
    with workplace() as place:
        assert comparable(replayed(TEXT, place)) == comparable(TEXT)


def test_the_program_prints_what_the_page_says() -> None:
    [(code, output)] = PROGRAM.findall(TEXT)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "agent-tools.md", "exec"), {})
    assert printed.getvalue() == output


def test_the_table_of_what_is_missing_is_what_cpython_does_not_claim() -> None:
    rows = TEXT.partition("| not there | reason |\n|---|---|\n")[2].partition("\n\n")[0]
    shown = [tuple(row.strip("| ").split(" | ")) for row in rows.splitlines()]
    assert shown == [(name, each["reason"]) for name, each in claims("cpython")["features"].items()]


def test_every_exit_code_of_the_host_is_in_both_tables() -> None:
    code = re.compile(r"^\| (\d+) \|", re.M)
    told = set(code.findall(TEXT))
    assert told <= set(code.findall(PROCESSES))
    assert {"1", "2", "124", "125", "126", "127"} == told
