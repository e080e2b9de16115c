"""Name the runtimes of processes that are not on this machine: `absent_runtimes.py [FILE]`; fail if FILE does not allow it.

FILE is `tests/expected_absent.txt` unless another one is given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pybridge.processes.runtimes import NAMES, listed

EXPECTED = Path(__file__).resolve().parents[1] / "tests" / "expected_absent.txt"


def main(expected: Path = EXPECTED) -> int:
    """Print a line for each; return 1 when one of them is a failure."""
    absent = [runtime.name for runtime in listed() if runtime.wasm is None]
    allowed = reasons(expected.read_text("utf-8"))
    problems = list(unexpected(absent, allowed))
    for name in absent:
        sys.stdout.write(f"{name} is absent, its tests are skipped: {allowed.get(name, '')}\n")
    for problem in problems:
        sys.stdout.write(f"{expected.name}: {problem}\n")
    sys.stdout.write(f"{len(NAMES) - len(absent)} of {len(NAMES)} runtimes are there\n")
    return int(bool(problems))


def reasons(text: str) -> dict[str, str]:
    """Return why a runtime may be absent, by its name."""
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return {name: rest[0] if rest else "" for name, *rest in lines if not name.startswith("#")}


def unexpected(absent: Sequence[str], allowed: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the runtimes that are absent, and with the list of those that may be."""
    yield from (f"{name} is absent and not named" for name in absent if name not in allowed)
    for name, reason in allowed.items():
        if name not in NAMES:
            yield f"there is no runtime {name!r}"
        elif not reason:
            yield f"{name} has no reason"


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
