"""A pybridge.toml with absurd values ends in one error of ours, or in limits that every sandbox can keep."""

from __future__ import annotations

import math
import random
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest

from pybridge.abi.naming import to_camel
from pybridge.commands.session import limits_of
from pybridge.engines.limits import Limits
from pybridge.errors import ProjectInvalid
from pybridge.project.discover import require_project

NUMBERS = (
    *(
        "inf",
        "-inf",
        "nan",
        "1e308",
        "1e400",
        "-0.0",
        "-1",
        "true",
        "'5'",
        "[]",
        "{}",
        "1979-05-27",
    ),
    *("9" * 30, "9" * 400, "9" * 5000, "0x" + "f" * 300, "9223372036854775808", "5e-324", "1e9"),
)
NAMES = [to_camel(field.name) for field in fields(Limits)]


def limits_with(folder: Path, text: str) -> Limits:
    (folder / "pybridge.toml").write_text(text)
    return limits_of(require_project(folder, folder))


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_refused_or_can_be_kept(tmp_path: Path, name: str) -> None:
    for value in NUMBERS:
        try:
            limits = limits_with(tmp_path, f"[limits]\n{name} = {value}\n")
        except ProjectInvalid:
            continue
        number = next(
            getattr(limits, each.name) for each in fields(Limits) if to_camel(each.name) == name
        )
        assert math.isfinite(number), value
        assert 0 <= number <= 1 << 30, value
        assert name.endswith("S") or type(number) is int, value


def test_absurd_numbers_are_refused_by_name(tmp_path: Path) -> None:
    for value in ("inf", "nan", "9" * 400, "9" * 5000):
        with pytest.raises(ProjectInvalid, match=r"pybridge\.toml"):
            limits_with(tmp_path, f"[limits]\nitemS = {value}\n")


def test_a_whole_number_may_be_written_as_any_number(tmp_path: Path) -> None:
    limits = limits_with(tmp_path, "[limits]\nmemoryMib = 1e3\nitemS = 0.5\n")
    assert (limits.memory_mib, type(limits.memory_mib), limits.item_s) == (1000, int, 0.5)


@pytest.mark.parametrize("seed", range(30))
def test_random_settings_raise_nothing_else(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    pieces = (
        "[",
        "]",
        "{",
        "}",
        "=",
        '"',
        "'",
        "a",
        ".",
        "\n",
        "1",
        "e9",
        "#",
        "\0",
        "\x1b",
        "limits",
        "include",
    )
    text = "".join(choice.choice(pieces) for _ in range(choice.randrange(200)))
    with suppress(ProjectInvalid):
        limits_with(tmp_path, text)
