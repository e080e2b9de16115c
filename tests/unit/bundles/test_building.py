"""`pybridge bundle`: what is built is verified by 20 lines that know nothing of pybridge, and is the same each time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pybridge import abi
from pybridge.bundles.building.programs import platform_of
from pybridge.bundles.versions import this_platform
from tests.unit.bundles.making import MODULE
from tests.unit.cli.conftest import Cli

PLATFORM = this_platform()
WORKER = "bin/echo-worker"
NAME = f"echo-1.0.0-{PLATFORM}.zip"
BUILT = Path("dist/plugins/echo/1.0.0") / PLATFORM / NAME
CONFIG: dict[str, Any] = {
    "id": "echo",
    "version": "1.0.0",
    "name": "Echo",
    "author": "Ada",
    "min_host_version": "0.1.0",
    "platforms": [PLATFORM, "macos_universal", "plan9_mips"],
    "workers": [
        {
            "id": "main",
            "kind": "mcp_stdio",
            "auto_start": True,
            "entrypoints": {PLATFORM: WORKER, "macos_universal": "bin/mac"},
            "args": ["--quiet"],
            "env": {"MODE": "x"},
        }
    ],
    "payloads": [
        {"source": "echo.sh", "dest": WORKER},
        {"source": "$TOOLS/inner", "dest": "tools", "platforms": [PLATFORM]},
        {"source": "$TOOLS/inner/b", "dest": "tool", "mode": "0755"},
        {"source": "mac", "dest": "bin/mac", "platforms": ["macos_universal"]},
    ],
    "variants": {"big": {"id": "echo-big", "payloads": [{"source": "echo.sh", "dest": "more"}]}},
}


@pytest.fixture
def config(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (place / "other" / "inner" / "deep").mkdir(parents=True)
    for name in ("b", "a", "deep/c"):
        (place / "other" / "inner" / name).write_text(name)
    monkeypatch.setenv("TOOLS", str(place / "other"))
    return written(place, CONFIG)


def written(place: Path, value: Mapping[str, Any]) -> Path:
    path = place / "bundle.json"
    path.write_text(json.dumps(value))
    return path


def verified_alone(path: Path, public: str) -> dict[str, Any]:
    """Verify a bundle as any program can."""
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read("plugin.json")
        signature = base64.b64decode(archive.read("plugin.sig"))
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(signature, manifest)
        value: dict[str, Any] = json.loads(manifest)
        hashes = {
            each: hashlib.sha256(archive.read(each)).hexdigest()
            for each in archive.namelist()
            if each not in ("plugin.json", "plugin.sig")
        }
    assert hashes == value["sha256"]
    return value


def test_a_bundle_is_in_the_format_of_the_field(config: Path, cli: Cli) -> None:
    key = cli("keys", "new", "--json").json
    done = cli("bundle", "build", config, "--json")
    assert (done.code, abi.validate("cli-bundle", done.json)) == (0, [])
    assert (done.json["path"], done.json["keyId"]) == (str(BUILT), key["id"])
    value = verified_alone(BUILT, key["public"])
    worker = {
        **CONFIG["workers"][0],
        "entrypoint": {PLATFORM: WORKER},
    }
    del worker["entrypoints"]
    hashes = value.pop("sha256")
    assert value == {
        "v": 1,
        "id": "echo",
        "version": "1.0.0",
        "name": "Echo",
        "min_host_version": "0.1.0",
        "workers": [worker],
        "resources": ["manifest.json"],
        "executables": ["tool"],
    }
    assert sorted(hashes) == [WORKER, "manifest.json", "tool", "tools/a", "tools/b", "tools/deep/c"]
    text = json.dumps({**value, "sha256": hashes}, sort_keys=True, separators=(",", ":"))
    with zipfile.ZipFile(BUILT) as archive:
        assert archive.read("plugin.json").decode() == text + "\n"
        assert len(archive.read("plugin.sig")) == 89
        assert archive.namelist() == ["plugin.json", "plugin.sig", *sorted(hashes)]
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        modes = {each.filename: each.external_attr >> 16 & 0o777 for each in archive.infolist()}
    assert {name for name, mode in modes.items() if mode == 0o755} == {WORKER, "tool"}
    digest = hashlib.sha256(BUILT.read_bytes()).hexdigest()
    assert BUILT.with_name(f"{NAME}.sha256").read_text() == f"{digest}  {NAME}\n"


def test_mcp_hosts_find_their_manifest_where_there_is_one_server(config: Path, cli: Cli) -> None:
    cli("keys", "new")
    cli("bundle", "build", config)
    with zipfile.ZipFile(BUILT) as archive:
        value = json.loads(archive.read("manifest.json"))
    assert value["server"] == {
        "type": "binary",
        "entry_point": WORKER,
        "mcp_config": {
            "command": f"${{__dirname}}/{WORKER}",
            "args": ["--quiet"],
            "env": {"MODE": "x"},
        },
    }
    assert (value["name"], value["version"], value["author"]) == ("echo", "1.0.0", {"name": "Ada"})
    two = [*CONFIG["workers"], {**CONFIG["workers"][0], "id": "second"}]
    assert cli("bundle", "build", written(config.parent, {**CONFIG, "workers": two})).code == 0
    with zipfile.ZipFile(BUILT) as archive:
        assert "manifest.json" not in archive.namelist()


def test_two_builds_give_the_same_bytes(config: Path, cli: Cli) -> None:
    cli("keys", "new")
    found = set()
    for umask, zone, locale, order in (
        ("022", "UTC", "C", "ab"),
        ("077", "Asia/Tokyo", "C.UTF-8", "ba"),
    ):
        folder = config.parent / "other" / "inner"
        for name in order:
            (folder / name).unlink()
            (folder / name).write_text(name)
            os.utime(folder / name, (1, 1))
        environment = {
            **os.environ,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONHASHSEED": order.replace("ab", "1").replace("ba", "2"),
        }
        command = f"umask {umask}; exec {sys.executable} -m pybridge bundle build {config} --out {zone.replace('/', '')}"
        done = subprocess.run(
            ["sh", "-c", command], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        [path] = (config.parent / zone.replace("/", "")).rglob("*.zip")
        found.add(path.read_bytes())
    assert len(found) == 1


def test_a_variant_has_its_own_fields_and_further_files(config: Path, cli: Cli) -> None:
    cli("keys", "new")
    done = cli("bundle", "build", config, "--variant", "big", "--json")
    assert done.json["id"] == "echo-big"
    assert "more" in [each["path"] for each in done.json["files"]]
    refused = cli("bundle", "build", config, "--variant", "small")
    assert (refused.code, refused.err.splitlines()[0]) == (2, "error: no variant 'small'")


BAD = [
    ("platform plan8_mips not in config platforms", {}, "plan8_mips"),
    ("missing entrypoint for worker main platform plan9_mips", {}, "plan9_mips"),
    ("payload source missing: ", {}, "macos_universal"),
    ("resource path missing from payloads: x", {"resources": ["x"]}, PLATFORM),
    ("duplicate payload path: bin/echo-worker", {"payloads": [CONFIG["payloads"][0]] * 2}, PLATFORM),
    ("duplicate payload path: plugin.json", {"payloads": [{"source": "echo.sh", "dest": "plugin.json"}]}, PLATFORM),
    ("duplicate payload path: manifest.json", {"payloads": [{"source": "echo.sh", "dest": WORKER}, {"source": "echo.sh", "dest": "manifest.json"}]}, PLATFORM),
    ("[rule member-name]", {"payloads": [{"source": "echo.sh", "dest": WORKER}, {"source": "echo.sh", "dest": "../x"}]}, PLATFORM),
    ("[rule member-case]", {"payloads": [{"source": "echo.sh", "dest": WORKER}, {"source": "echo.sh", "dest": "BIN/x"}]}, PLATFORM),
    ("the variable NOT_SET is not set", {"payloads": [{"source": "$NOT_SET/a", "dest": WORKER}]}, PLATFORM),
    ("a link, which a bundle cannot hold", {"payloads": [{"source": "links", "dest": "a"}]}, PLATFORM),
    ("/version: ", {"version": "1"}, PLATFORM),
    ("/extra: ", {"extra": 1}, PLATFORM),
]  # fmt: skip


@pytest.mark.parametrize(("message", "more", "platform"), BAD, ids=[each[0] for each in BAD])
def test_a_wrong_configuration_is_one_line_and_writes_nothing(
    config: Path, cli: Cli, message: str, more: dict[str, Any], platform: str
) -> None:
    (config.parent / "links").mkdir()
    (config.parent / "links" / "a").symlink_to("/etc/passwd")
    cli("keys", "new")
    written(config.parent, {**CONFIG, **more})
    done = cli("bundle", "build", config, "--platform", platform)
    assert (done.code, done.out) == (1, "")
    assert message in done.err.splitlines()[0]
    assert "bundle.json" in done.err.splitlines()[0]
    assert not (config.parent / "dist").exists()


def test_a_bundle_that_is_built_without_a_key_is_signed_later(config: Path, cli: Cli) -> None:
    assert (
        cli("bundle", "build", config).err.splitlines()[0] == "error: there is no key to sign with"
    )
    assert cli("bundle", "build", config, "--unsigned").code == 0
    unsigned = cli("bundle", "verify", BUILT)
    assert (unsigned.code, "[rule signature-missing]" in unsigned.err) == (1, True)
    assert cli("bundle", "inspect", BUILT, "--json").json["keyId"] is None
    cli("keys", "new")
    assert cli("bundle", "sign", BUILT).code == 0
    later = BUILT.read_bytes()
    assert cli("bundle", "verify", BUILT).code == 0
    cli("bundle", "build", config)
    assert BUILT.read_bytes() == later


def test_a_plugin_json_gets_its_signature_beside_it(config: Path, cli: Cli) -> None:
    key = cli("keys", "new", "--json").json
    cli("bundle", "build", config)
    with zipfile.ZipFile(BUILT) as archive:
        archive.extractall("unpacked")
        signature = archive.read("plugin.sig")
    Path("unpacked/plugin.sig").unlink()
    assert cli("bundle", "sign", "unpacked/plugin.json").code == 0
    assert Path("unpacked/plugin.sig").read_bytes() == signature
    assert cli("bundle", "verify", "unpacked", "--key", key["public"]).code == 0


def test_the_bundle_of_a_runtime_is_a_folder_and_an_archive(place: Path, cli: Cli) -> None:
    (place / "module").write_bytes(MODULE)
    assets = 'source = "module"\npath = "python.wasm"\n'
    commands = 'name = "python"\nmodulePath = "python.wasm"\n'
    head = 'name = "lang-python-test"\nversion = "1.0.0"\n'
    (place / "bundle.toml").write_text(f"{head}[[assets]]\n{assets}[[commands]]\n{commands}")
    key = cli("keys", "new", "--json").json
    done = cli("bundle", "build", "bundle.toml", "--json").json
    folder = place / "dist" / "bundles" / "lang-python-test" / "1.0.0"
    value = json.loads((folder / "manifest.json").read_text())
    signature = value.pop("signature")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public"])).verify(
        base64.b64decode(signature["sigBase64"]), text.encode()
    )
    assert (signature["keyId"], signature["alg"]) == (key["id"], "ed25519")
    assert value["assets"] == [
        {"path": "python.wasm", "sha256": hashlib.sha256(MODULE).hexdigest(), "size": len(MODULE)}
    ]
    for path in (done["path"], folder, folder / "manifest.json"):
        assert cli("bundle", "verify", path).code == 0
    (folder / "more").write_text("x")
    assert "[rule file-unlisted]" in cli("bundle", "verify", folder).err
    (folder / "more").unlink()
    (folder / "more").symlink_to("/etc/passwd")
    assert cli("bundle", "verify", folder).code == 1


ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00"
PROGRAMS = [
    (ELF + b"\x3e\x00", "linux_x86_64"),
    (ELF + b"\xb7\x00", "linux_arm64"),
    (ELF + b"\xff\x01", "linux_511"),
    (b"\x7fELF\x02\x02\x01" + bytes(9) + b"\x00\x02\x00\xf3", "linux_riscv64"),
    (b"MZ" + bytes(58) + b"\x40\x00\x00\x00PE\x00\x00\x64\x86", "windows_x86_64"),
    (b"MZ" + bytes(58) + b"\x40\x00\x00\x00PE\x00\x00\x64\xaa", "windows_arm64"),
    (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01", "macos_arm64"),
    (b"\xca\xfe\xba\xbe\x00\x00\x00\x02", "macos_universal"),
]


@pytest.mark.parametrize(("program", "platform"), PROGRAMS)
def test_a_program_of_another_platform_is_refused(
    config: Path, cli: Cli, program: bytes, platform: str
) -> None:
    assert platform_of(program) == platform
    (config.parent / "echo.sh").write_bytes(program + bytes(100))
    done = cli("bundle", "build", config, "--platform", PLATFORM, "--unsigned")
    if platform == PLATFORM:
        assert done.code == 0
        return
    problem = f"{WORKER}: a program for {platform}, the bundle is for {PLATFORM}"
    assert (done.code, problem in done.err) == (1, True)


@pytest.mark.parametrize("length", range(70))
def test_what_is_cut_off_or_a_script_is_for_no_platform_that_is_known(length: int) -> None:
    for program, platform in (*PROGRAMS, (b"#!/bin/sh\necho", "")):
        if length < len(program):
            assert platform_of(program[:length]) in (None, platform)
