"""The page of packages shows what the commands really print."""

from __future__ import annotations

import pytest

from tests.unit.docs.cli_page import PAGE, comparable, replayed, workplace
from tests.wheels import Wheel

PACKAGES = PAGE.with_name("packages.md")
GREETING = b"from names import NAME\n\n\ndef greet():\n    return f'Hello, {NAME}!'\n"
WHEELS = (
    Wheel(
        "greeting-1.0-py3-none-any.whl",
        files=(),
        requires=("names",),
        more="License-Expression: MIT",
        others={"greeting/__init__.py": GREETING},
    ),
    Wheel("names-1.0-py3-none-any.whl", files=(), others={"names.py": b"NAME = 'Ada'\n"}),
    Wheel("names-2.0-py3-none-any.whl", files=(), others={"names.py": b"NAME = 'Grace'\n"}),
    Wheel("fast-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"),
)


def followed(text: str) -> str:
    """Return the page with the outputs that its commands have now."""
    with workplace() as place:
        (place / "wheels").mkdir()
        for wheel in WHEELS:
            (place / "wheels" / wheel.file_name).write_bytes(wheel.content())
        return replayed(text, place)


@pytest.mark.timeout(400)  # a process for each of its commands
def test_the_page_shows_the_real_output() -> None:
    text = PACKAGES.read_text("utf-8")
    assert comparable(followed(text)) == comparable(text)


def main() -> None:
    """Write today's outputs into the page."""
    PACKAGES.write_text(followed(PACKAGES.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
