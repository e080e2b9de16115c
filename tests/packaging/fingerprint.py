"""What the executable was last tested for: `python -m tests.packaging.fingerprint` records it.

`make test` builds the executable, which takes minutes, only when one of these files differs from the record;
`make test-long` builds it in any case, and records it afterwards.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("fingerprint.txt")
FILES = ("pybridge/standalone/entry.py", "pybridge/build/standalone.py", "tests/packaging/test_standalone.py")  # fmt: skip


def fingerprint() -> str:
    """Return the hash of what builds the executable: the modules, and what pyproject.toml packs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    total = hashlib.sha256(json.dumps([project["project"], project["tool"]["hatch"]]).encode())
    for name in FILES:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def is_tested() -> bool:
    """Return whether the executable was tested for what builds it now."""
    return RECORD.is_file() and RECORD.read_text("ascii").strip() == fingerprint()


if __name__ == "__main__":
    RECORD.write_text(fingerprint() + "\n", "ascii")
