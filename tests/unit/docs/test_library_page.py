"""The programs of the page about the library run, one after the other, and print what it says."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pybridge
from tests.unit.docs.cli_page import PAGE

TEXT = PAGE.with_name("python-library.md").read_text("utf-8")
PROGRAM = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.M | re.S)


def test_every_program_prints_what_the_page_says() -> None:
    programs = PROGRAM.findall(TEXT)
    assert len(programs) == TEXT.count("```python\n") > 4
    namespace: dict[str, Any] = {}
    for number, (code, expected) in enumerate(programs):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, f"python-library.md, program {number}", "exec"), namespace)
        assert printed.getvalue() == expected


def test_the_page_names_what_a_program_needs() -> None:
    needed = {"Runtime", "AsyncRuntime", "Document", "Limits", "PybridgeError", "ScriptFailed"}
    assert {name for name in needed if f"pybridge.{name}" not in TEXT} <= {"Runtime"}
    assert needed <= set(pybridge.__all__)
