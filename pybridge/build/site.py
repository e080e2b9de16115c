"""Build the folder a renderer loads: client, sandbox, interpreter, engine, built-in scripts, manifest."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybridge
from pybridge import abi, resources
from pybridge.build import pins, pyodide_assets, templates
from pybridge.build.bundle import bundle, declare, run_tool
from pybridge.build.engine_archive import engine_zip
from pybridge.build.npm_package import write_package
from pybridge.errors import Conflict, OutputFailed

MANIFEST = "manifest.json"
SNAPSHOT = "snapshot.bin"

ROLES = {
    "client.js": "client",
    "assets.js": "client",
    "service.js": "service",
    "package.json": "package",
    "README.md": "notice",
    "abi.d.ts": "types",
    "client.d.ts": "types",
    "frame.html": "frame",
    "worker.js": "worker",
    "engine.zip": "engine",
    "pyodide.asm.wasm": "asset",
    "python_stdlib.zip": "asset",
    "scripts.json": "script",
    "snapshot.bin": "snapshot",
    "NOTICE.md": "notice",
    "LICENSE": "notice",
}

FRAME_POLICY = (
    "default-src 'none'; script-src 'sha256-{hash}' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types pb"
)
"""The wall of the sandbox: no URL in it, so it holds wherever the folder is served from."""


@dataclass(frozen=True)
class BuildReport:
    """What a build wrote."""

    out: Path
    files: Mapping[str, int]
    """Bytes by name."""

    @property
    def total_bytes(self) -> int:
        """Size of the whole folder."""
        return sum(self.files.values())


def build(out: Path, *, minify: bool = True) -> BuildReport:
    """Write the folder *out*, whole or not at all.

    Raises:
        PybridgeError: Node, npm or the pinned package is missing, or a tool failed.
    """
    pyodide = pyodide_assets.ensure()
    return _replace(out, lambda folder: _fill(folder, pyodide, minify=minify))


def copy(built: Path, out: Path) -> BuildReport:
    """Write a copy of the folder *built* to *out*, whole or not at all.

    Raises:
        Conflict: *out* is there and is no built folder.
        OutputFailed: it cannot be written.
    """
    if out.exists() and not (out / MANIFEST).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise Conflict(f"{out} is there and is no built folder", "name another one, or remove it")
    return _replace(out, lambda folder: shutil.copytree(built, folder, dirs_exist_ok=True))


def _replace(out: Path, fill: Callable[[Path], object]) -> BuildReport:
    """Prepare a folder beside *out* and let it take its place."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
            folder = Path(scratch) / "new"
            folder.mkdir()
            fill(folder)
            _take_place(folder, out, Path(scratch) / "old")
    except OSError as error:
        raise OutputFailed(out, error) from error
    return BuildReport(out, {name: path.stat().st_size for name, path in _files(out)})


def _fill(folder: Path, pyodide: Path, *, minify: bool) -> None:
    bundle(pyodide, folder, minify=minify)
    declare(folder)
    frame = folder / "frame.js"
    (folder / "frame.html").write_text(frame_html(frame.read_text("utf-8")), "utf-8")
    frame.unlink()
    for name in ("pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copyfile(pyodide / name, folder / name)
    (folder / "engine.zip").write_bytes(engine_zip())
    scripts = built_in_scripts()
    (folder / "scripts.json").write_text(json.dumps(scripts, indent=1), "utf-8")
    taken = take_snapshot(folder, pyodide, scripts)
    shutil.copyfile(resources.web_worker() / "generated" / "abi.d.ts", folder / "abi.d.ts")
    for name in ("LICENSE", "NOTICE.md"):
        shutil.copyfile(resources.root() / name, folder / name)
    write_package(folder)
    text = json.dumps(manifest(folder, str(taken["buildId"])), indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def take_snapshot(folder: Path, pyodide: Path, scripts: list[dict[str, str]]) -> dict[str, object]:
    """Boot the engine once in Node and keep its memory, so that a worker need not boot.

    The scripts are compiled into it; no line of them runs.
    """
    request: dict[str, object] = {
        "pyodide": str(pyodide),
        "engine": str(folder / "engine.zip"),
        "scripts": scripts,
        "outfile": str(folder / SNAPSHOT),
    }
    return run_tool("snapshot.mjs", request)


def _take_place(new: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.replace(old)
    new.replace(out)


def frame_html(script: str) -> str:
    """Return the sandbox frame around *script*, whose hash is the only script its policy admits."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return templates.render(
        "frame.html.jinja", script=script, policy=FRAME_POLICY.format(hash=digest)
    )


def built_in_scripts() -> list[dict[str, str]]:
    """Return the default scripts as the client loads them: path, content, origin."""
    return [
        {"path": path.name, "content": path.read_text("utf-8"), "origin": "default"}
        for path in sorted(resources.default_scripts().glob("*.py"))
    ]


def manifest(folder: Path, build_id: str) -> dict[str, Any]:
    """Return the manifest of the files in *folder*, valid against manifest.v1."""
    listed = json.loads((resources.default_scripts() / "manifest.json").read_text("utf-8"))
    files = {name: _entry(path) for name, path in _files(folder)}
    snapshot = {name: files[SNAPSHOT][name] for name in ("sha256", "bytes")}
    value: dict[str, Any] = {
        "schema": "pybridge:manifest.v1",
        "pybridge": pybridge.__version__,
        "abi": abi.ABI_VERSION,
        "pyodide": {"version": pins.PYODIDE_VERSION, "buildId": build_id},
        "createdBy": "pybridge build",
        "files": files,
        "scripts": [
            {"path": each["path"], "slug": each["slug"], "sha256": each["sha256"]}
            for each in listed["scripts"]
        ],
        "snapshot": {"path": SNAPSHOT, "buildId": build_id, **snapshot},
        "packages": [],
    }
    abi.require("manifest", value)
    return value


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file below *folder* with its relative name, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "role": "types" if path.name.endswith(".d.ts") else ROLES.get(path.name, "asset"),
    }
