"""The Electron example packaged, without Electron's binary; and run, where one is found."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from e2e.electron.conftest import EXAMPLE, ROOT
from pybridge.build import standalone

HERE = Path(__file__).parent


def test_a_packaged_application_serves_every_file_of_the_runtime_unchanged(
    application: Path, tmp_path: Path
) -> None:
    command = ["node", str(HERE / "asar.mjs"), str(application), str(tmp_path / "app.asar")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    served = json.loads(done.stdout)
    manifest = json.loads((application / "pybridge" / "manifest.json").read_text("utf-8"))
    expected = {
        name: {"status": 200, "sha256": entry["sha256"]}
        for name, entry in manifest["files"].items()
    }
    assert {name: served[name] for name in expected} == expected
    assert served["manifest.json"]["status"] == 200
    assert served["studio/index.html"]["status"] == 200


def test_the_service_is_looked_for_where_standalone_writes_it() -> None:
    script = (
        "const { locations } = await import(process.argv[1]);"
        "const where = { isPackaged: true, appPath: '/', resourcesPath: '' };"
        "const of = (platform) => locations({ ...where, platform }).service.command;"
        "console.log(JSON.stringify([of('linux'), of('darwin'), of('win32')]));"
    )
    module = (EXAMPLE / "main" / "locations.js").as_uri()
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, module],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    scripts = json.loads((EXAMPLE / "package.json").read_text("utf-8"))["scripts"]
    command = shlex.split(scripts["prepare-service"])
    assert command[:3] == ["pybridge", "standalone", "--out"]
    folder = command[3].removeprefix("vendor/")
    names = [standalone.NAME, standalone.NAME, f"{standalone.NAME}.exe"]
    assert json.loads(done.stdout) == [os.path.join(folder, name) for name in names]  # noqa: PTH118 - as Node writes it


def forge() -> Path | None:
    """Return the folder of packages with Electron Forge: ELECTRON_FORGE names it, or it is the example's own."""
    named = os.environ.get("ELECTRON_FORGE")
    for found in (Path(named) if named else None, EXAMPLE / "node_modules"):
        if found and (found / "@electron-forge" / "cli").is_dir():
            return found
    return None


SENTINEL = b"dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX"
"""Stands before the fuses in Electron's binary: then a version, their number, and a character for each."""


@pytest.mark.skipif(forge() is None, reason="no Electron Forge here: set ELECTRON_FORGE")
@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is one for Linux")
def test_forge_packages_the_example_with_its_fuses_and_the_service_beside(
    application: Path, tmp_path: Path
) -> None:
    packages = forge()
    assert packages
    (application / "node_modules").symlink_to(packages)
    service = application / "vendor" / "pybridge-service"
    service.mkdir(parents=True)
    (service / "pybridge").write_text("#!/bin/sh\n", "utf-8")
    (service / "pybridge").chmod(0o755)
    (application / ".env").write_text("SECRET=1\n", "utf-8")
    _stand_in_for_electron(packages, tmp_path / "downloads")
    config = application / "forge.config.js"
    zips = f"packagerConfig: {{ electronZipDir: {json.dumps(str(tmp_path / 'downloads'))},"
    config.unlink()
    original = (EXAMPLE / config.name).read_text("utf-8")
    config.write_text(original.replace("packagerConfig: {", zips), "utf-8")
    program = packages / "@electron-forge" / "cli" / "dist" / "electron-forge.js"
    command = ["node", str(program), "package"]
    done = subprocess.run(
        command, cwd=application, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [packed] = (application / "out").iterdir()
    assert os.access(packed / "resources" / "pybridge-service" / "pybridge", os.X_OK)
    binary = (packed / "notebook").read_bytes()
    at = binary.index(SENTINEL) + len(SENTINEL)
    assert binary[at : at + 11] == b"\x01\x09" + b"010011001"
    archive = (packed / "resources" / "app.asar").read_bytes()
    assert b"requestSingleInstanceLock" in archive
    for left_out in (b"SECRET=1", b'"vendor":', b'"forge.config.js":', b'"node_modules":'):
        assert left_out not in archive
    assert {each.name for each in (packed / "resources").iterdir()} == {
        "app.asar",
        "pybridge-service",
    }


def _stand_in_for_electron(packages: Path, downloads: Path) -> None:
    """Write what the packager would download: an archive of a program that has fuses, and is nothing else."""
    described = (packages / "electron" / "package.json").read_text("utf-8")
    version = json.loads(described)["version"]
    machine = {"x86_64": "x64", "aarch64": "arm64"}[os.uname().machine]
    downloads.mkdir()
    name = downloads / f"electron-v{version}-linux-{machine}.zip"
    with zipfile.ZipFile(name, "w") as archive:
        program = zipfile.ZipInfo("electron")
        program.external_attr = 0o755 << 16
        archive.writestr(program, bytes(5000) + SENTINEL + b"\x01\x09101100011" + bytes(5000))
        archive.writestr("version", version)
        archive.writestr("resources/default_app.asar", "")


def electron() -> str | None:
    """Return Electron's binary, if there is one: ELECTRON names it, or npm has downloaded it."""
    named = os.environ.get("ELECTRON")
    for found in (named, ROOT / "node_modules" / "electron" / "dist" / "electron"):
        if found and Path(found).is_file():
            return str(found)
    return shutil.which("electron")


@pytest.mark.skipif(electron() is None, reason="no Electron binary here: set ELECTRON to its path")
def test_real_electron_renders_the_first_document(
    application: Path, project: Path, tmp_path: Path, playwright: Playwright
) -> None:
    binary = electron()
    assert binary
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pybridge").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pybridge "$@"\n')
    (tools / "pybridge").chmod(0o755)
    settings = ["--remote-debugging-port=0", "--no-sandbox", f"--user-data-dir={tmp_path / 'user'}"]
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "NOTEBOOK_PROJECT": str(project), "PATH": path}
    with subprocess.Popen(
        [binary, *settings, str(application)], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            browser = playwright.chromium.connect_over_cdp(_debugging_address(process))
            window = browser.contexts[0].pages[0]
            expect(window.locator("#page b")).to_have_text("42", timeout=60_000)
            assert window.evaluate("typeof require") == "undefined"
            assert window.url == "app://notebook/"
            second = subprocess.run(
                [binary, *settings[1:], str(application)], env=environment, timeout=60, check=False
            )
            assert second.returncode == 0, "a second instance ends at once"
            assert window.evaluate("1 + 1") == 2
        finally:
            process.terminate()


def _debugging_address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    for line in process.stderr:
        if "DevTools listening on " in line:
            return line.partition("DevTools listening on ")[2].strip()
    raise AssertionError("Electron ended before it listened")
