"""Run benchmarks, save the figures, compare them with earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.bench.run import run
from pybridge.bench.scenarios import SCENARIOS
from pybridge.bench.table import page
from pybridge.errors import DocumentUnreadable
from pybridge.storage.atomic import write_atomically


def scenario_names() -> list[str]:
    """Return the names that `--only` accepts."""
    return [scenario.name for scenario in SCENARIOS]


def measure(
    *, quick: bool, only: Sequence[str] = (), on_scenario: Callable[[str], None]
) -> dict[str, Any]:
    """Run the scenarios; return cli-bench.v1."""
    return run(
        quick=quick, only=only, on_scenario=lambda scenario: on_scenario(scenario.name)
    ).to_json()


def keep(measured: dict[str, Any], folder: Path) -> Iterator[Path]:
    """Write bench.json with the raw samples, bench.md with the table, bench.html with plots.

    The figures are on disk before the plots are drawn: what was measured is not lost.

    Raises:
        PybridgeError: the folder cannot be written, or the plotting library is missing.
    """
    yield _write(folder / "bench.json", abi.dump_json(measured, indent=1) + "\n")
    yield _write(folder / "bench.md", page(measured))
    from pybridge.bench.report import report

    yield _write(folder / "bench.html", report(measured))


def _write(path: Path, text: str) -> Path:
    write_atomically(path, text.encode("utf-8"))
    return path


def read_run(baseline: Path) -> dict[str, Any]:
    """Return the cli-bench.v1 of an earlier run.

    Raises:
        PybridgeError: the file cannot be read or is not a cli-bench.v1.
    """
    try:
        text = baseline.read_text("utf-8")
    except OSError as error:
        raise DocumentUnreadable.of(baseline, error) from error
    before: dict[str, Any] = abi.parse_json(text, str(baseline))
    abi.require("cli-bench", before)
    return before
