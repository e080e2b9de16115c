"""Build the folder a renderer loads: client, sandbox, interpreter, engine, built-in scripts, manifest."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybridge
from pybridge import abi, resources
from pybridge.build import pins, pyodide_assets, snapshot, templates
from pybridge.build.engine_archive import engine_zip
from pybridge.build.esbuild import bundle, declare
from pybridge.build.npm_package import write_package
from pybridge.build.packages import compiled
from pybridge.build.sbom.folder import write_sbom
from pybridge.build.sbom.npm import of_validators
from pybridge.packages.script_packages import ScriptPackages
from pybridge.storage.output_folder import replace_folder, require_only
from pybridge.storage.regular_file import read_regular

MANIFEST = "manifest.json"
SNAPSHOT = snapshot.FILE
SCRIPTS = "scripts.bin"

ROLES = {
    "client.js": "client",
    "client.iife.js": "client",
    "assets.js": "client",
    "processes.js": "client",
    "processes_node.js": "service",
    "service.js": "service",
    "package.json": "package",
    "package_files.js": "package",
    "vite.js": "package",
    "webpack.js": "package",
    "webpack_loader.js": "package",
    "README.md": "notice",
    "abi.d.ts": "types",
    "client.d.ts": "types",
    "frame.htm": "frame",
    "worker.bin": "worker",
    "processes.bin": "worker",
    "engine.zip": "engine",
    "pyodide.asm.wasm": "asset",
    "python_stdlib.zip": "asset",
    "scripts.bin": "script",
    "snapshot.bin": "snapshot",
    "NOTICE.md": "notice",
    "LICENSE": "notice",
    "sbom.cdx.json": "notice",
}

_MANIFEST_BYTES = 16 * 1024 * 1024
_NEVER_INLINED = 8 * 1024
"""Bytes: twice what Vite puts into the code."""

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
    problems: tuple[Mapping[str, Any], ...] = ()
    """What is wrong with a project's scripts, as error.v1; it stops nothing."""

    @property
    def total_bytes(self) -> int:
        """Size of the whole folder."""
        return sum(self.files.values())

    def to_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        size = {"files": dict(self.files), "totalBytes": self.total_bytes}
        return {"out": str(self.out), **size, "problems": list(self.problems)}


def build(out: Path, *, minify: bool = True, packages: ScriptPackages | None = None) -> BuildReport:
    """Write the folder *out*, whole or not at all; *packages* are what scripts may import there.

    Raises:
        PybridgeError: Node, npm or the pinned package is missing, or a tool failed.
    """
    pyodide = pyodide_assets.ensure()
    return replaced(out, lambda folder: _fill(folder, pyodide, packages, minify=minify))


def copy(built: Path, out: Path, finish: Callable[[Path], None] | None = None) -> BuildReport:
    """Write a copy of the folder *built* to *out*, whole or not at all.

    Args:
        built: A built folder.
        out: Replaced.
        finish: Adds something to the copy before it takes its place.

    Raises:
        Conflict: *out* exists and is not a built folder, or holds other files too.
        OutputFailed: it cannot be written.
    """
    require_replaceable(out)

    def fill(folder: Path) -> None:
        shutil.copytree(built, folder, dirs_exist_ok=True)
        if finish:
            finish(folder)

    return replaced(out, fill, lambda: require_replaceable(out))


def require_replaceable(out: Path) -> None:
    """Return if *out* may be replaced: it is not there, empty, or a built folder with nothing added to it.

    Raises:
        Conflict: it is something else.
    """
    require_only(out, _listed(out / MANIFEST), "a built folder")


def _listed(path: Path) -> frozenset[str]:
    """Return the names of all files that a build wrote, by its manifest; none where that is another's."""
    try:
        content, size = read_regular(path, root=path.parent, most=_MANIFEST_BYTES)
        value = json.loads(content) if size <= _MANIFEST_BYTES else None
    except (OSError, ValueError, RecursionError):
        return frozenset()
    if not isinstance(value, dict) or value.get("schema") != "pybridge:manifest.v1":
        return frozenset()
    files = value.get("files")
    return frozenset((MANIFEST, *files)) if isinstance(files, dict) else frozenset()


def replaced(
    out: Path, fill: Callable[[Path], object], check: Callable[[], object] = lambda: None
) -> BuildReport:
    """Let *fill* prepare a folder beside *out*, and let that take its place if *check* agrees."""
    place = replace_folder(out, fill, check)
    return BuildReport(out, {name: path.stat().st_size for name, path in _files(place)})


def _fill(folder: Path, pyodide: Path, packages: ScriptPackages | None, *, minify: bool) -> None:
    bundled = bundle(pyodide, folder, minify=minify)
    declare(folder)
    frame = folder / "frame.js"
    (folder / "frame.htm").write_text(roomy(frame_html(frame.read_text("utf-8"))), "utf-8")
    frame.unlink()
    for name in ("pyodide.asm.wasm", "python_stdlib.zip"):
        shutil.copyfile(pyodide / name, folder / name)
    (folder / "engine.zip").write_bytes(engine_zip())
    scripts = built_in_scripts()
    write_scripts(folder, scripts)
    with compiled(packages, pyodide) as image:
        taken = snapshot.take_with(image, folder, pyodide, scripts)
    shutil.copyfile(resources.web_worker() / "generated" / "abi.d.ts", folder / "abi.d.ts")
    for name in ("LICENSE", "NOTICE.md"):
        shutil.copyfile(resources.root() / name, folder / name)
    write_package(folder)
    write_sbom(folder, [*bundled, *of_validators()])
    write_manifest(folder, taken, packages=packages)


def write_scripts(folder: Path, scripts: Sequence[Mapping[str, Any]]) -> None:
    """Write the scripts that every runtime loads at its start."""
    (folder / SCRIPTS).write_text(roomy(json.dumps(list(scripts), indent=1)), "utf-8")


def roomy(text: str) -> str:
    """Return *text* with blanks behind it: bundlers put files below 4 KiB into the code as `data:` addresses.

    A frame from such an address would be under the page's policy, and `connect-src 'self'` refuses to fetch one.
    """
    return text.ljust(_NEVER_INLINED - 1) + "\n"


def write_manifest(
    folder: Path,
    taken: snapshot.Snapshot,
    iframe_hosts: Sequence[str] | None = None,
    packages: ScriptPackages | None = None,
) -> None:
    """Write the manifest; it comes last, because it has the hash of everything else.

    Args:
        folder: has everything else.
        taken: the snapshot.
        iframe_hosts: whose pages iframes may show; None means the built-in list.
        packages: what is in the snapshot for scripts.
    """
    value = manifest(folder, taken)
    if packages is not None:
        versions = sorted(packages.versions.items())
        value["packages"] = [{"name": name, "version": version} for name, version in versions]
    if iframe_hosts is not None:
        value["html"] = {"iframeHosts": list(iframe_hosts)}
    abi.require("manifest", value)
    text = json.dumps(value, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def add_to_manifest(folder: Path, names: Sequence[str]) -> None:
    """Enter files that came into a built *folder* later."""
    path = folder / MANIFEST
    known = json.loads(path.read_text("utf-8"))
    known["files"] |= {name: entry(folder / name) for name in names}
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")


def frame_html(script: str) -> str:
    """Return the sandbox frame around *script*, whose hash is the only script its policy admits."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return templates.render(
        "frame.html.jinja", script=script, policy=FRAME_POLICY.format(hash=digest)
    )


def built_in_scripts() -> list[dict[str, Any]]:
    """Return the default scripts as the engine's `load` message holds them."""
    return [
        {
            "path": f"default_scripts/{path.name}",
            "content": path.read_text("utf-8"),
            "origin": "default",
        }
        for path in sorted(resources.default_scripts().glob("*.py"))
    ]


def manifest(folder: Path, taken: snapshot.Snapshot) -> dict[str, Any]:
    """Return the manifest of the files in *folder*, as manifest.v1."""
    files = {name: entry(path) for name, path in _files(folder) if name != MANIFEST}
    hashed = {name: files[SNAPSHOT][name] for name in ("sha256", "bytes")}
    facts = {"buildId": taken.build_id, "heapBytes": taken.heap_bytes}
    value: dict[str, Any] = {
        "schema": "pybridge:manifest.v1",
        "pybridge": pybridge.__version__,
        "abi": abi.ABI_VERSION,
        "pyodide": {"version": pins.PYODIDE_VERSION, "buildId": taken.build_id},
        "createdBy": "pybridge build",
        "files": files,
        "scripts": [
            {name: script[name] for name in ("path", "slug", "sha256", "origin")}
            for script in taken.scripts
        ],
        "snapshot": {"path": SNAPSHOT, **facts, **hashed},
        "packages": [],
    }
    return value


def unread_script(script: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the manifest says of a script that no engine has read."""
    path, content = str(script["path"]), str(script["content"])
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    known = {"path": path, "slug": Path(path).stem, "sha256": digest}
    return {**known, "origin": script["origin"], "problems": []}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file below *folder* with its relative name, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def entry(path: Path) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    content = path.read_bytes()
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "role": _role(path.name),
    }


def _role(name: str) -> str:
    if name.endswith(".d.ts"):
        return "types"
    # A source map belongs to its file.
    return ROLES.get(name.removesuffix(".map"), "asset")
