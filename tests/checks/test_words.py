"""Code, docs and messages are written in plain technical English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

FOLDERS = ("pybridge", "web_worker", "schemas", "docs", "tests", "e2e", "examples", "dev", ".ci")
FILES = ("README.md", "CONTRIBUTING.md", "NOTICE.md", "Makefile", "pyproject.toml", "conftest.py")
SUFFIXES = {".py", ".js", ".mjs", ".cjs", ".ts", ".md", ".json", ".jinja", ".html", ".sh", ".toml"}
LEFT_OUT = {"node_modules", "__pycache__", "golden", "vectors", "dist", "out", "posts"}
"""Golden files, vectors and the example blog hold other texts."""

PHRASES = re.compile(
    r"way_out|\bway out\b|what becomes of|\bcomes of it|\bcame of it|as it stands|on the house"
    r"|is another thing than|(?<!there )(?<!There )\b(?:is|are|was|were) no (?!longer\b)[a-z]+"
)
"""Idioms of another language, or of one team."""
ALLOWED = {
    "tests/checks/test_words.py",
    "pybridge/errors/root.py",  # the former name of `hint`, for one version
}


def texts() -> Iterator[Path]:
    for name in FOLDERS:
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix in SUFFIXES and not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path
    yield from (ROOT / name for name in FILES if (ROOT / name).is_file())


def test_no_phrase_needs_to_be_learnt() -> None:
    found = [
        f"{name}:{number}: {match.group()}"
        for path in texts()
        if (name := path.relative_to(ROOT).as_posix()) not in ALLOWED
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for match in PHRASES.finditer(line)
    ]
    assert found == []
