"""Which tests of `make test` run whole, and of which only a sample: `python -m tests.areas` says it.

Tests that take long belong to an area of the product (areas.toml). While the files of an area are what areas.json
records, a sample of its tests runs (`pytest --sample`): of its test functions every eighth, of each of these one set of
parameters in eight. As soon as a file changes, all tests of the area run; as soon as a module of tests
changes, all of that module. So a run of `make test` that is green has run everything that a change since the record
makes doubtful: `make record` runs this much and records it; so does `make test-long`, which runs everything.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_name("areas.toml")
RECORD = Path(__file__).with_name("areas.json")
EVERY = 8
"""One of so many test functions of an area is in the sample."""
EVERY_SET = 8
"""One of so many sets of parameters of a function is in the sample; with fewer, functions take turns in which one."""


@dataclass(frozen=True)
class Area:
    """A part of the product, and the tests of it that take long."""

    name: str
    tests: tuple[str, ...]
    """Glob patterns below the root of the repository, as *files* are."""
    files: tuple[str, ...]

    def modules(self) -> list[str]:
        """Return the modules of tests, as pytest names them."""
        return [path.relative_to(ROOT).as_posix() for path in _paths(self.tests)]


def areas() -> list[Area]:
    """Return the areas of areas.toml."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return [Area(name, tuple(row["tests"]), tuple(row["files"])) for name, row in table.items()]


def fingerprints() -> dict[str, str]:
    """Return what the areas, and the modules of their tests, are now."""
    found: dict[str, str] = {}
    for area in areas():
        found[f"area {area.name}"] = _fingerprint(_paths(area.files))
        for module in area.modules():
            found[f"module {module}"] = _fingerprint([ROOT / module])
    return found


def recorded() -> dict[str, str]:
    """Return what they were when all of their tests passed; empty if that was never recorded."""
    return dict(json.loads(RECORD.read_text("utf-8"))) if RECORD.is_file() else {}


def sampled_modules(now: Mapping[str, str], then: Mapping[str, str]) -> Mapping[str, str]:
    """Return the modules of which a sample is enough, each with the name of its area."""
    chosen: dict[str, str] = {}
    for area in areas():
        same = f"area {area.name}"
        if now[same] == then.get(same):
            names = {module: f"module {module}" for module in area.modules()}
            same_modules = (each for each, name in names.items() if now[name] == then.get(name))
            chosen |= dict.fromkeys(same_modules, area.name)
    return chosen


def left_out(names: Iterable[str], modules: Mapping[str, str]) -> frozenset[str]:
    """Return which tests are not in the sample.

    Args:
        names: Of all tests in their order: `tests/x.py::TestY::test_z[parameters]`.
        modules: Those of which a sample is enough, with their areas.
    """
    functions: dict[str, dict[str, list[str]]] = {}
    for name in names:
        module, function = name.partition("::")[0], name.partition("[")[0]
        if area := modules.get(module):
            functions.setdefault(area, {}).setdefault(function, []).append(name)
    return frozenset(
        name
        for of_area in functions.values()
        for number, of_function in enumerate(of_area.values())
        for name in (
            of_function if number % EVERY else _sets_left_out(of_function, number // EVERY)
        )
    )


def _sets_left_out(names: Sequence[str], turn: int) -> Iterator[str]:
    one = turn % min(len(names), EVERY_SET)
    for number, name in enumerate(names):
        if number % EVERY_SET != one:
            yield name


@cache
def chosen() -> Mapping[str, str]:
    """Return the modules of which a sample is enough, as the files are now, with their areas."""
    return sampled_modules(fingerprints(), recorded())


def _paths(patterns: Iterable[str]) -> list[Path]:
    found = {
        path
        for pattern in patterns
        for path in ROOT.glob(pattern + "/*" if pattern.endswith("**") else pattern)
        if path.is_file() and path.suffix != ".pyc" and "node_modules" not in path.parts
    }
    return sorted(found)


def _fingerprint(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def main(arguments: Sequence[str]) -> int:
    """Say what runs whole; with `--record`, note that everything passed as it is now."""
    now = fingerprints()
    if arguments == ["--record"]:
        RECORD.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
        return 0
    for area in areas():
        sampled = len(chosen().keys() & {*area.modules()})
        sys.stdout.write(
            f"{area.name}: {len(area.modules())} modules, of {sampled} a sample, the others whole\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
