"""A process that ends closes the sandboxes that it kept, however it was started."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from pybridge.batch.kept import kept
from pybridge.library.core import Core

METHODS = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]


class Noting:
    """Stands for a sandbox; notes that it was closed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def close(self) -> None:
        self._path.write_text("closed", "utf-8")


def use(path: Path) -> bool:
    with kept().lend(path, lambda: cast(Core, Noting(path))):
        return not path.exists()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("method", METHODS)
def test_workers_close_what_they_keep(method: str, tmp_path: Path) -> None:
    path = tmp_path / "closed"
    with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as workers:
        assert workers.submit(use, path).result()
        assert not path.exists()
    assert path.read_text("utf-8") == "closed"


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("method", METHODS)
def test_a_single_process_closes_what_it_keeps(method: str, tmp_path: Path) -> None:
    path = tmp_path / "closed"
    context: Any = multiprocessing.get_context(method)
    process = context.Process(target=use, args=(path,))
    process.start()
    process.join()
    assert path.read_text("utf-8") == "closed"
