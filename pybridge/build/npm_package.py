"""What makes the built folder a package for npm: package.json, README, a module of addresses."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pybridge
from pybridge.build import pins, templates

NAME = "pybridge-runtime"

_LOADED = (
    "manifest.json",
    "frame.html",
    "worker.js",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "engine.zip",
    "scripts.json",
    "snapshot.bin",
)
"""What the client fetches."""

_ADDRESSES_TYPE = "export declare const assets: Readonly<Record<string, URL>>;\n"


def write_package(folder: Path) -> None:
    """Add the package's own files to the built *folder*; the manifest is written after them."""
    (folder / "package.json").write_text(json.dumps(_package(), indent=2) + "\n", "utf-8")
    addresses = templates.render("package_assets.js.jinja", names=_LOADED)
    (folder / "assets.js").write_text(addresses, "utf-8")
    (folder / "assets.d.ts").write_text(_ADDRESSES_TYPE, "utf-8")
    sizes = [_sizes(folder / name) for name in _LOADED if (folder / name).is_file()]
    readme = templates.render(
        "package_readme.md.jinja",
        version=pybridge.__version__,
        pyodide=pins.PYODIDE_VERSION,
        megabytes=round(sum(whole for whole, _ in sizes) / 1e6),
        transfer_megabytes=round(sum(packed for _, packed in sizes) / 1e6),
    )
    (folder / "README.md").write_text(readme, "utf-8")


def _package() -> dict[str, object]:
    return {
        "name": NAME,
        "version": pybridge.__version__,
        "description": "Sandboxed Python macros for documents, in the browser and in Electron.",
        "license": "MIT",
        "type": "module",
        "sideEffects": False,
        "types": "./client.d.ts",
        "exports": {
            ".": {"types": "./client.d.ts", "default": "./client.js"},
            "./assets": {"types": "./assets.d.ts", "default": "./assets.js"},
            "./service": {"types": "./service.d.ts", "node": "./service.js"},
            "./abi": {"types": "./abi.d.ts"},
            "./*": "./*",
        },
        "keywords": ["python", "pyodide", "sandbox", "macros", "electron"],
    }


def _sizes(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    return len(content), len(zlib.compress(content, 6))
