"""The folder that a renderer loads: whole, hashed, typed."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from pybridge import abi
from pybridge.build import esbuild as bundle
from pybridge.build import site
from pybridge.build.engine_archive import engine_zip
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_files import add_studio

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder() -> Path:
    return built_folder()


def test_the_manifest_names_every_file_with_its_hash(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert abi.validate("manifest", manifest) == []
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == found


def test_the_types_of_the_client_can_be_used(folder: Path, tmp_path: Path) -> None:
    usage = tmp_path / "usage.ts"
    usage.write_text(
        f'import {{ PythonRuntime, type Outcome }} from "{folder.as_posix()}/client.js";\n'
        'const runtime = await PythonRuntime.start({ assets: "./pybridge/" });\n'
        "const outcomes: Outcome[] = await runtime.renderMany([]);\n"
        "// @ts-expect-error a number is not a list of calls\n"
        "await runtime.renderMany(3);\n"
        "export { outcomes };\n",
        "utf-8",
    )
    options = "--ignoreConfig --noEmit --strict --target es2022 --module esnext --moduleResolution bundler"
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    command = [
        bundle.node(),
        str(compiler),
        str(usage),
        *options.split(),
        "--lib",
        "es2023,dom",
        "--types",
        "",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_engine_archive_is_reproducible() -> None:
    assert engine_zip() == engine_zip()


def test_a_copy_replaces_an_older_one(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "pybridge"
    site.copy(folder, out)
    (out / "stale.js").write_text("old", "utf-8")
    site.add_to_manifest(out, ["stale.js"])  # as a build of another version has it
    report = site.copy(folder, out)
    assert not (out / "stale.js").exists()
    assert report.total_bytes == sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_file()
    )
    assert [path.name for path in tmp_path.iterdir()] == ["pybridge"]


def test_the_studios_page_is_files_that_need_no_server_of_their_own(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pybridge"
    site.copy(folder, out, add_studio)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert abi.validate("manifest", manifest) == []
    names = sorted(name for name in manifest["files"] if name.startswith("studio/"))
    assert names == [f"studio/{path.name}" for path in sorted((out / "studio").iterdir())]
    page = (out / "studio" / "index.html").read_text("utf-8")
    assert ("{nonce}" in page, 'data-runtime="../"' in page) == (False, True)
    for text in (page, (out / "studio" / "preview.html").read_text("utf-8")):
        addresses = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert addresses
        assert all((out / "studio" / address).is_file() for address in addresses), addresses
