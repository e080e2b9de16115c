"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pybridge.engines import DEFAULT_ENGINE, ENGINES, EngineChoice

PATH = click.Path(path_type=Path)

project = click.option(
    "--project", type=PATH, metavar="DIR", help="Project folder (default: the nearest one upwards)."
)
wasm = click.option(
    "--wasm",
    type=PATH,
    metavar="FILE",
    help="Python interpreter (WebAssembly) for the wasi engine.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def engine(command: Callable[..., int]) -> Callable[..., int]:
    """Add --engine and --wasm to a command, which gets them as one `EngineChoice` named engine."""

    @click.option(
        "--engine",
        "engine_name",
        default=DEFAULT_ENGINE,
        show_default=True,
        metavar="NAME",
        help=f"Where scripts run: {', '.join(ENGINES)}.",
    )
    @wasm
    @functools.wraps(command)
    def choosing(*args: Any, engine_name: str, wasm: Path | None, **more: Any) -> int:
        return command(*args, engine=EngineChoice(engine_name, wasm), **more)

    return choosing
