"""Bundle the JavaScript half with esbuild, through the project's own pinned Node packages."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from pybridge import resources
from pybridge.build.errors import BuildFailed, NodeMissing

OLDEST_NODE = 20


def bundle(pyodide: Path, outdir: Path, *, minify: bool = True) -> None:
    """Write worker.js, frame.js and client.js into *outdir*.

    Args:
        pyodide: folder of the pinned Pyodide package.
        outdir: existing folder.
        minify: False keeps names for debugging.
    """
    run_tool("bundle.mjs", {"pyodide": str(pyodide), "outdir": str(outdir), "minify": minify})


def declare(outdir: Path) -> None:
    """Write the client's types into *outdir*: client.d.ts and what it refers to, below types/."""
    run_tool("declarations.mjs", {"outdir": str(outdir)})


def run_tool(
    name: str, request: dict[str, object], *, timeout_s: float | None = None
) -> dict[str, object]:
    """Run `web_worker/tools/<name>` with *request* as JSON on stdin; return its JSON answer.

    Args:
        name: The tool's file.
        request: What it is to do.
        timeout_s: It is ended after so many seconds; None waits.

    Raises:
        NodeMissing: there is no Node, or it is too old.
        BuildFailed: the tool failed; its own words are in the message.
    """
    root = tool_root()
    text = json.dumps({"root": str(root), **request})
    command = [node(), str(root / "web_worker" / "tools" / name)]
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=root,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(name, f"it took longer than {timeout_s} s") from error
    if done.returncode != 0:
        raise BuildFailed(name, done.stderr.strip()[-2000:])
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def node() -> str:
    """Return the path of a Node that is new enough."""
    found = shutil.which("node")
    if found is None:
        raise NodeMissing(str(OLDEST_NODE))
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    version = done.stdout.strip().lstrip("v")
    if not version.split(".")[0].isdigit() or int(version.split(".")[0]) < OLDEST_NODE:
        raise NodeMissing(str(OLDEST_NODE), version or "unknown")
    return found


def tool_root() -> Path:
    """Return the folder that holds web_worker/ beside an installed node_modules/.

    In a checkout that is the checkout, set up by `make`. An installed pybridge keeps a copy in its
    cache and installs the locked packages there once.
    """
    root = resources.root()
    if resources.checkout() is not None:
        if not (root / "node_modules" / "esbuild").is_dir():
            _install(root)
        return root
    lock = (root / "package-lock.json").read_bytes()
    sources = hashlib.sha256(lock + str(root).encode()).hexdigest()[:16]
    copy = resources.cache() / f"tools-{sources}"
    if not (copy / "node_modules" / "esbuild").is_dir():
        shutil.copytree(root / "web_worker", copy / "web_worker", dirs_exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(root / name, copy / name)
        _install(copy)
    return copy


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NodeMissing(str(OLDEST_NODE))
    command = [npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-fund", "--no-audit"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed("npm ci", done.stderr.strip()[-2000:])
