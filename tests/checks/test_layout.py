"""The layout stays readable: small files, short functions, folders whose listing says something."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 300
"""Of a source file."""
MOST_FUNCTION_LINES = 50
MOST_SOURCES = 20
"""Source files directly in one folder, beside `__init__.py`."""

SUFFIXES = {".py", ".js", ".mjs", ".ts"}
LEFT_OUT = {"generated", "__pycache__", "node_modules", "_data"}


def sources() -> Iterator[Path]:
    for name in ("pybridge", "web_worker"):
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix in SUFFIXES and not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path


def test_no_source_file_is_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert {str(path): n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_no_python_function_is_long() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_no_folder_is_crowded() -> None:
    counts = Counter(path.parent for path in sources() if path.name != "__init__.py")
    assert {str(folder): n for folder, n in counts.items() if n > MOST_SOURCES} == {}
