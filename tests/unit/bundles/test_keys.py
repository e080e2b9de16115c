"""`pybridge keys`: made, shown, trusted, revoked; private keys stay private."""

from __future__ import annotations

import base64
import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pybridge import abi
from pybridge.caches import DATA_VARIABLE
from tests.unit.bundles.making import KEY, OTHER, bundle, public
from tests.unit.cli.conftest import Cli

TEXT = public(KEY).text


def test_a_new_key_is_private_trusted_and_the_default_one(place: Path, cli: Cli) -> None:
    first = cli("keys", "new", "--json").json
    second = cli("keys", "new", "release", "--json").json
    assert abi.validate("cli-keys", [first, second]) == []
    assert (first["name"], first["default"], second["default"]) == ("default", True, True)
    assert [each["default"] for each in cli("keys", "list", "--json").json] == [False, True]
    folder = Path(os.environ[DATA_VARIABLE]) / "keys"
    path = folder / "release" / "ed25519.private"
    assert len(base64.b64decode(path.read_text())) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "release" / "ed25519.public").read_text() == second["public"] + "\n"
    shown = cli("keys", "show")
    assert second["public"] in shown.out
    assert path.read_text().strip() not in shown.out + cli("keys", "list", "--json").out


def test_a_key_is_never_replaced(place: Path, cli: Cli) -> None:
    first = cli("keys", "new", "--json").json
    again = cli("keys", "new")
    assert (again.code, "'default'" in again.err) == (1, True)
    assert cli("keys", "show", "--json").json == first


def test_a_key_that_was_half_made_is_made_again(place: Path, cli: Cli) -> None:
    """As when the program was killed between the two files."""
    half = Path(os.environ[DATA_VARIABLE]) / "keys" / "default" / "ed25519.public"
    half.parent.mkdir(parents=True, mode=0o700)
    half.write_text(TEXT + "\n")
    assert cli("keys", "list", "--json").json == []
    made = cli("keys", "new", "--json").json
    assert half.read_text() == made["public"] + "\n"


@pytest.mark.parametrize("package", ["cryptography", "tuf"])
def test_without_its_package_a_command_names_the_extra(
    place: Path, cli: Cli, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "echo.zip").write_bytes(bundle())
    cli("keys", "trust", TEXT)
    known = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == package else known(name)
    )
    extra = "bundles" if package == "cryptography" else "registry"
    commands: dict[str, list[tuple[str, ...]]] = {
        "cryptography": [
            ("keys", "new"),
            ("bundle", "verify", "echo.zip"),
            ("install", "echo.zip"),
        ],
        "tuf": [
            ("install", "echo", "--from", "http://127.0.0.1:9"),
            ("registry", "init", "--root-key", "a"),
        ],
    }
    for command in commands[package]:
        done = cli(*command)
        assert done.code == 1
        assert f"the package {package} is not installed" in done.err
        assert f"pip install 'pybridge-runtime[{extra}]'" in done.err
    assert cli("installed", "--json").json == []


def test_a_plain_command_imports_none_of_the_packages() -> None:
    program = (
        "import sys, pybridge.cli.app, pybridge.commands.bundles.installing, pybridge.commands.bundles.publishing\n"
        "print(sorted({'cryptography', 'tuf', 'urllib3', 'securesystemslib'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", ["..", "a/b", "A", "", "a.b", "con/x"])
def test_the_name_of_a_key_is_no_path(place: Path, cli: Cli, name: str) -> None:
    done = cli("keys", "new", "--", name) if name else cli("keys", "trust", TEXT, "--name", "../a")
    assert done.code == 2
    assert cli("keys", "list", "--json").json == []


@pytest.mark.parametrize("marker", [".git", "pybridge.toml"])
def test_no_private_key_is_made_in_a_repository_or_a_project(
    place: Path, cli: Cli, marker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / marker).mkdir()
    monkeypatch.setenv(DATA_VARIABLE, str(place / "data"))
    done = cli("keys", "new")
    assert (done.code, marker in done.err) == (1, True)
    assert not list(place.rglob("*.private"))


def test_a_key_of_others_is_trusted_by_its_file_or_text_for_some_bundles(
    place: Path, cli: Cli
) -> None:
    (place / "ed25519.public").write_text(TEXT + "\n")
    (place / "echo.zip").write_bytes(bundle())
    assert "[rule signature-key]" in cli("bundle", "verify", "echo.zip").err
    trusted = cli("keys", "trust", "ed25519.public", "--name", "acme", "--only", "other", "--json")
    assert (trusted.json["status"], trusted.json["bundles"]) == ("trusted", ["other"])
    assert "[rule key-bundle]" in cli("bundle", "verify", "echo.zip").err
    assert cli("keys", "trust", TEXT).code == 0
    assert cli("keys", "list", "--json").json[0]["name"] == "acme"
    assert cli("bundle", "verify", "echo.zip").code == 0
    taken = cli("keys", "trust", public(OTHER).text, "--name", "acme")
    assert (taken.code, "another key has the name" in taken.err) == (1, True)


def test_a_revoked_key_stays_revoked(place: Path, cli: Cli) -> None:
    (place / "echo.zip").write_bytes(bundle())
    cli("keys", "trust", TEXT)
    revoked = cli("keys", "revoke", public(KEY).id, "--json")
    assert revoked.json["status"] == "revoked"
    assert "revoked key" in cli("bundle", "verify", "echo.zip").err
    again = cli("keys", "trust", TEXT)
    assert (again.code, "a revoked key stays revoked" in again.err) == (1, True)
    assert cli("keys", "revoke", "nobody").code == 2


@pytest.mark.parametrize("text", ["", "{}", '{"v": 1, "keys": [1]}', "\xff"])
def test_a_damaged_trust_store_trusts_nobody(place: Path, cli: Cli, text: str) -> None:
    (place / "echo.zip").write_bytes(bundle())
    cli("keys", "trust", TEXT)
    store = Path(os.environ[DATA_VARIABLE]) / "trust" / "trust.json"
    store.write_text(text, "latin-1")
    for command in (("bundle", "verify", "echo.zip"), ("install", "echo.zip"), ("keys", "list")):
        done = cli(*command)
        assert (done.code, "trust.json" in done.err) == (1, True)
    assert store.read_text("latin-1") == text


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_keys_in_a_folder_that_others_can_write_to_are_not_used(place: Path, cli: Cli) -> None:
    cli("keys", "new")
    (Path(os.environ[DATA_VARIABLE]) / "trust").chmod(0o777)
    done = cli("keys", "list")
    assert (done.code, "other users can write" in done.err, DATA_VARIABLE in done.err) == (
        1,
        True,
        True,
    )


def test_a_file_that_is_no_key_is_one_line(place: Path, cli: Cli) -> None:
    (place / "short").write_text("YWJj\n")
    for done in (cli("keys", "trust", "short"), cli("bundle", "sign", "short", "--key", "short")):
        assert done.code == 1
        assert "length: 3 (expected 32)" in done.err
    assert cli("keys", "trust", "nothing").code == 2
