"""Nothing that a project or a script says controls the terminal."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.cli.visible import visible, visible_line
from tests.unit.cli.conftest import Cli

HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\u202egnp\u2069\r\x00\x7f"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred", "\\x1b[31mred", id="escape sequence"),
        pytest.param("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07", id="clipboard"),
        pytest.param("\x9b2J", "\\x9b2J", id="C1"),
        pytest.param("a\u202egnp.exe", "a\\u202egnp.exe", id="bidi override"),
        pytest.param("a\rb", "a\\x0db", id="carriage return"),
        pytest.param("a\r\nb\tc\n", "a\nb\tc\n", id="line ends and tabs stay"),
        pytest.param("Grüße 日本語 👍🏽 é", "Grüße 日本語 👍🏽 é", id="other text stays"),
        pytest.param("\U000e0041", "\\U000e0041", id="invisible tag"),
    ],
)
def test_controls_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    left = {each for each in visible(text) if unicodedata.category(each) == "Cc"}
    assert left <= {"\n", "\t"}
    assert not {"\n", "\t"} & set(visible_line(text))
    assert not any(0x202A <= ord(each) <= 0x202E for each in visible(text))


def test_messages_of_a_script_are_shown(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "bad.py").write_text(
        "def render(context):\n    raise ValueError(" + repr(HOSTILE) + ")\n", "utf-8"
    )
    (tmp_path / "a.md").write_text("[[bad]]\n", "utf-8")
    done = cli("render", str(tmp_path / "a.md"), "--engine", "native")
    assert done.code == 1
    assert "ValueError" in done.err
    assert not {"\x1b", "\x9b", "\u202e", "\x07", "\x00", "\x7f"} & set(done.err)
