"""What makes the built folder a package for npm: package.json, README, addresses and plugins for bundlers."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import pybridge
from pybridge import resources
from pybridge.build import pins, templates

NAME = "pybridge-runtime"

LOADED = (
    "manifest.json",
    "frame.htm",
    "worker.bin",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "engine.zip",
    "scripts.bin",
    "snapshot.bin",
)
"""What the client fetches; web_worker/package/assets.js has the address of each."""


def write_package(folder: Path) -> None:
    """Add the package's own files to the built *folder*; the manifest is written after them."""
    (folder / "package.json").write_text(json.dumps(_package(), indent=2) + "\n", "utf-8")
    for path in sorted((resources.web_worker() / "package").iterdir()):
        shutil.copyfile(path, folder / path.name)
    sizes = [_sizes(folder / name) for name in LOADED if (folder / name).is_file()]
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
        "main": "./client.js",
        "types": "./client.d.ts",
        "exports": {
            ".": {"types": "./client.d.ts", "default": "./client.js"},
            "./assets": {"types": "./assets.d.ts", "default": "./assets.js"},
            "./vite": {"types": "./vite.d.ts", "default": "./vite.js"},
            "./webpack": {"types": "./webpack.d.ts", "default": "./webpack.js"},
            "./processes": {  # "browser" first: some bundlers for Electron take "node", too
                "browser": {"types": "./processes.d.ts", "default": "./processes.js"},
                "node": {"types": "./processes_node.d.ts", "default": "./processes_node.js"},
                "default": {"types": "./processes.d.ts", "default": "./processes.js"},
            },
            "./service": {"types": "./service.d.ts", "node": "./service.js"},
            "./abi": {"types": "./abi.d.ts"},
            "./*": "./*",
        },
        "keywords": ["python", "pyodide", "sandbox", "macros", "electron"],
    }


def _sizes(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    return len(content), len(zlib.compress(content, 6))
