"""The commands for packages."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pybridge import abi
from tests.unit.cli.conftest import Cli
from tests.wheels import Wheel

WHEELS = (
    Wheel("greeting-1.0-py3-none-any.whl", requires=("names",), more="License-Expression: MIT"),
    Wheel("names-1.0-py3-none-any.whl"),
    Wheel("names-2.0-py3-none-any.whl", files=("names.py",)),
    Wheel("fast-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"),
)
FROM = ("--find-links", "../wheels")


@pytest.fixture(autouse=True)
def wheels(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(project.parent / "cache"))
    folder = project.parent / "wheels"
    folder.mkdir()
    for wheel in WHEELS:
        (folder / wheel.file_name).write_bytes(wheel.content())
    return folder


def versions(cli: Cli) -> dict[str, str]:
    done = cli("packages", "list", "--json")
    assert not abi.validate("cli-packages", done.json)
    return {each["name"]: each["version"] for each in done.json["packages"]}


def test_packages_come_and_go(cli: Cli, project: Path) -> None:
    settings = project / "pybridge.toml"
    before = settings.read_text()
    done = cli("packages", "add", "greeting", *FROM, "--json")
    assert done.code == 0
    assert not abi.validate("cli-packages", done.json)
    assert not abi.validate("lock", json.loads((project / "pybridge.lock").read_text()))
    assert versions(cli) == {"greeting": "1.0", "names": "2.0"}
    assert cli("packages", "add", "names<2", "--domain", "far", *FROM).code == 0
    assert versions(cli) == {"greeting": "1.0", "names": "1.0"}
    assert cli("packages", "why", "names").out == "greeting → names\nnames<2 (far)\n"
    done = cli("packages", "why", "names", "--json")
    assert not abi.validate("cli-packages", done.json)
    assert cli("packages", "licenses").out == "greeting  1.0  MIT\nnames     1.0  –\n"
    assert cli("packages", "remove", "greeting", *FROM).code == 0
    assert versions(cli) == {"names": "1.0"}
    assert cli("packages", "remove", "names", "--domain", "far", *FROM).code == 0
    assert versions(cli) == {}
    assert settings.read_text().startswith(before)


def test_two_locks_of_one_input_are_equal(cli: Cli, project: Path) -> None:
    cli("packages", "add", "greeting", *FROM)
    first = (project / "pybridge.lock").read_bytes()
    (project / "pybridge.lock").unlink()
    assert cli("packages", "lock", *FROM).code == 0
    assert (project / "pybridge.lock").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "fast", *FROM), 1, "has native code, which the engines browser and wasi cannot"),
        (("add", "absent", *FROM), 1, "no version of 'absent' fits 'absent' (pybridge.toml)"),
        (("add", "greeting @ x", *FROM), 2, "not a package with versions"),
        (("add", "greeting"), 2, "no package index is named"),
        (("add", "greeting", *FROM, "--index", "https://x.invalid"), 2, "exclude each other"),
        (("add", "greeting", "--index", "http://x.invalid"), 1, "begins with https://"),
        (("add", "greeting", "--find-links", "absent"), 1, "check the address"),
        (("remove", "greeting", *FROM), 2, "greeting is not asked for there"),
        (("list",), 1, "pybridge.lock: there is no such file – run `pybridge packages lock`"),
        (("why", "x"), 1, "there is no such file"),
        (("check",), 1, ""),
    ],
)
def test_a_refusal_changes_nothing(
    cli: Cli, project: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = cli("packages", *arguments)
    assert done.code == code
    assert words.partition(" – ")[0] in done.err
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_check_names_what_does_not_agree(cli: Cli, project: Path) -> None:
    cli("packages", "add", "greeting", *FROM)
    assert cli("packages", "check").code == 0
    advisory = {"package": {"ecosystem": "PyPI", "name": "names"}, "versions": ["2.0"]}
    Path("osv.json").write_text(json.dumps({"id": "X-1", "affected": [advisory]}))
    done = cli("packages", "check", "--advisories", "osv.json", "--json")
    assert (done.code, done.json["problems"]) == (
        1,
        [{"kind": "advisory", "message": "names 2.0: X-1"}],
    )
    for path in (project.parent / "cache" / "wheels").iterdir():
        path.write_bytes(b"changed")
    (project / "pybridge.toml").write_text("[packages]\nrequires = ['names']\n")
    done = cli("packages", "check", "--json")
    assert not abi.validate("cli-packages-check", done.json)
    assert [each["kind"] for each in done.json["problems"]] == ["stale"] * 3
    (project / "pybridge.lock").write_text("{}")
    assert [each["kind"] for each in cli("packages", "check", "--json").json["problems"]] == [
        "lock"
    ]


def test_scripts_run_only_with_a_lock_that_fits(cli: Cli, project: Path) -> None:
    (project / "scripts" / "uses.py").write_text(
        "import names\ndef render(context):\n    return {'text': names.__name__}\n"
    )
    cli("packages", "add", "greeting", *FROM)
    lines = (project / "pybridge.toml").read_text()
    (project / "pybridge.toml").write_text(lines.replace("greeting", "names"))
    done = cli("call", "uses")
    assert done.code == 1
    assert "pybridge.lock: it was made for other requirements" in done.err
    (project / "pybridge.toml").write_text(lines)
    for path in (project.parent / "cache" / "wheels").iterdir():
        path.write_bytes(b"changed")
    done = cli("call", "uses")
    assert (done.code, "not on this machine, or was changed" in done.err) == (1, True)


def test_without_the_extra_it_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("packages", "add", "greeting", *FROM)
    monkeypatch.setitem(sys.modules, "resolvelib", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = cli("packages", "lock", *FROM)
    assert done.code == 1
    assert "pip install 'pybridge-runtime[packages]'" in done.err
    assert cli("packages", "list").code == 0
