"""Measure, keep the figures, compare them with earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.bench.run import run
from pybridge.bench.table import page
from pybridge.commands.files import write_atomically
from pybridge.errors import DocumentUnreadable


def measure(*, quick: bool, on_scenario: Callable[[str], None]) -> dict[str, Any]:
    """Run the scenarios; return cli-bench.v1."""
    return run(quick=quick, on_scenario=lambda scenario: on_scenario(scenario.name)).to_json()


def keep(measured: dict[str, Any], folder: Path) -> list[Path]:
    """Write bench.json with the raw samples and bench.md with the table."""
    texts = {"bench.json": abi.dump_json(measured, indent=1) + "\n", "bench.md": page(measured)}
    for name, text in texts.items():
        write_atomically(folder / name, text)
    return [folder / name for name in texts]


def read_run(baseline: Path) -> dict[str, Any]:
    """Return the cli-bench.v1 of an earlier run.

    Raises:
        PybridgeError: the file cannot be read or is no cli-bench.v1.
    """
    try:
        text = baseline.read_text("utf-8")
    except OSError as error:
        raise DocumentUnreadable.of(baseline, error) from error
    before: dict[str, Any] = abi.parse_json(text, str(baseline))
    abi.require("cli-bench", before)
    return before
