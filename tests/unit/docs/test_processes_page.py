"""The examples of the page about processes run, and print what it says."""

from __future__ import annotations

import contextlib
import io
import re

from pybridge import abi
from tests.unit.docs.cli_page import PAGE, comparable, replayed, workplace

TEXT = PAGE.with_name("python-processes.md").read_text("utf-8")
PROGRAM = re.compile(r"^```python\n(import pybridge\n.*?)^```\n\n```text\n(.*?)^```$", re.M | re.S)


def test_the_sessions_show_the_real_output() -> None:
    with workplace() as place:
        assert comparable(replayed(TEXT, place)) == comparable(TEXT)


def test_the_program_prints_what_the_page_says() -> None:
    [(code, output)] = PROGRAM.findall(TEXT)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "python-processes.md", "exec"), {})
    assert printed.getvalue() == output


def test_every_limit_and_error_class_is_explained() -> None:
    limits = abi.all_schemas()["invocation"]["$defs"]["limits"]["properties"]
    classes = abi.all_schemas()["completed"]["properties"]["errorClass"]["enum"]
    assert [name for name in (*limits, *classes) if f"`{name}`" not in TEXT] == []
