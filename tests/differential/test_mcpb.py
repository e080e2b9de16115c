"""Bundles judged by the tool of MCP bundles: it accepts their manifest, and unpacks the files that went in."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pybridge.commands.bundles.building import build_bundle
from tests.amounts import IS_LONG

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "publish"
PLATFORMS = ["linux_x86_64", "linux_arm64", "macos_universal", "windows_x86_64"]
WORKER: dict[str, Any] = {
    "id": "main",
    "kind": "mcp_stdio",
    "entrypoints": {each: f"bin/{each}/worker" for each in PLATFORMS},
    "args": ["--log", "a b", 'quote"', "ä"],
    "env": {"LEVEL": "1", "NAME": "ä b"},
}
WHOLE = {
    "id": "all-of-it",
    "version": "1.2.3-beta.1",
    "name": "Täst “quoted”",
    "description": "One line.\nAnother.",
    "platforms": PLATFORMS,
    "workers": [WORKER],
    "payloads": [
        *({"source": "worker.sh", "dest": f"bin/{each}/worker"} for each in PLATFORMS),
        {"source": "README.md", "dest": "resources/README.md", "resource": True},
    ],
}
pytestmark = pytest.mark.skipif(not IS_LONG, reason="installs the tool")


@pytest.fixture(scope="module")
def tool() -> Path:
    subprocess.run([ROOT / "dev" / "setup.sh", "mcpb"], check=True, timeout=300)
    return ROOT / "tests" / "differential" / "mcpb" / "node_modules" / ".bin" / "mcpb"


def judged(tool: Path, *arguments: Path | str) -> str:
    done = subprocess.run(
        [tool, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("platform", PLATFORMS)
def test_our_bundles_are_mcp_bundles(tool: Path, tmp_path: Path, platform: str) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    (project / "bundle.json").write_text(json.dumps(WHOLE), "utf-8")
    built = build_bundle(project / "bundle.json", platform=platform, is_signed=False, out=tmp_path)
    bundle = Path(built["path"]).with_suffix(".mcpb")
    Path(built["path"]).rename(bundle)
    with zipfile.ZipFile(bundle) as archive:
        expected = {name: archive.read(name) for name in archive.namelist()}
    judged(tool, "unpack", bundle, tmp_path / "unpacked")
    folder = tmp_path / "unpacked"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in files} == expected
    assert f"bin/{platform}/worker" in expected
    assert "valid" in judged(tool, "validate", folder / "manifest.json").lower()
    judged(tool, "info", bundle)


def test_the_example_is_an_mcp_bundle(tool: Path, tmp_path: Path) -> None:
    for variant in (None, "large"):
        built = build_bundle(
            EXAMPLE / "bundle.json",
            platform="linux_x86_64",
            variant=variant,
            is_signed=False,
            out=tmp_path,
        )
        folder = tmp_path / str(variant)
        judged(tool, "unpack", built["path"], folder)
        judged(tool, "validate", folder / "manifest.json")


def test_the_tool_can_refuse(tool: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"manifest_version": "0.3", "name": "x"}')
    with pytest.raises(AssertionError, match="server: Required"):
        judged(tool, "validate", tmp_path / "manifest.json")
