"""The programs of the page about the library run, one after the other, and print what it says."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest

import pybridge
from tests.unit.docs.cli_page import PAGE

TEXT = PAGE.with_name("python-library.md").read_text("utf-8")
INTEGRATIONS = PAGE.parent / "integrations"
PROGRAM = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.M | re.S)


def differences(text: str) -> list[tuple[str, str]]:
    """Run the programs of a page in one namespace; return what they print and what the page says, where that differs."""
    namespace: dict[str, Any] = {}
    found = []
    for code, expected in PROGRAM.findall(text):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, "program of the page", "exec"), namespace)
        if printed.getvalue() != expected:
            found.append((printed.getvalue(), expected))
    return found


def test_every_program_prints_what_the_page_says() -> None:
    assert len(PROGRAM.findall(TEXT)) == TEXT.count("```python\n") > 4
    assert differences(TEXT) == []


@pytest.mark.parametrize("name", ["jinja", "python-markdown"])
def test_the_pages_of_integrations_say_what_comes(name: str) -> None:
    text = (INTEGRATIONS / f"{name}.md").read_text("utf-8")
    assert len(PROGRAM.findall(text)) == 1
    assert differences(text) == []


def test_the_page_names_what_a_program_needs() -> None:
    needed = {"Runtime", "AsyncRuntime", "Document", "Limits", "PybridgeError", "ScriptFailed"}
    assert {name for name in needed if f"pybridge.{name}" not in TEXT} <= {"Runtime"}
    assert needed <= set(pybridge.__all__)
