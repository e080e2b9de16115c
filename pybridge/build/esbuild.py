"""Bundle the JavaScript half with esbuild, through the project's own pinned Node packages."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from pybridge import resources
from pybridge.build.errors import BuildFailed, NodeMissing
from pybridge.caches import cache_folder

OLDEST_NODE = 20

_TELLING = re.compile(r"\b(\w*Error|FATAL ERROR|npm (error|ERR!))(?! (code|errno|syscall|path)\b)")
"""A line of Node's or npm's that says what is wrong, among those that say where."""
_NPM_HINT = "npm installs the build's tools once; see that it reaches its registry, then run the command again"


def bundle(pyodide: Path, outdir: Path, *, minify: bool = True) -> list[str]:
    """Write worker.bin, frame.js and client.js into *outdir*; return the places of the bundled npm packages.

    Args:
        pyodide: folder of the pinned Pyodide package.
        outdir: existing folder.
        minify: False keeps names for debugging.
    """
    request: dict[str, object] = {"pyodide": pyodide, "outdir": outdir, "minify": minify}
    answer: dict[str, Any] = run_tool("bundle.mjs", request)
    return list(answer["packages"])


def declare(outdir: Path) -> None:
    """Write the client's types into *outdir*: client.d.ts and what it refers to, below types/."""
    run_tool("declarations.mjs", {"outdir": outdir})


def run_tool(
    name: str, request: dict[str, object], *, timeout_s: float | None = None
) -> dict[str, object]:
    """Run `web_worker/tools/<name>` with *request* as JSON on stdin; return its JSON answer.

    Args:
        name: The tool's file.
        request: What it is to do. Paths are sent as absolute ones: the tool runs in another folder.
        timeout_s: It is ended after so many seconds; None waits.

    Raises:
        NodeMissing: there is no Node, or it is too old.
        BuildFailed: the tool failed; its own message is in ours, without a stack.
    """
    root = tool_root().absolute()
    text = json.dumps({"root": root, **request}, default=_absolute)
    command = [node(), str(root / "web_worker" / "tools" / "run.mjs"), name]
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            cwd=root,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(name, f"it took longer than {timeout_s} s") from error
    if done.returncode != 0:
        raise BuildFailed(name, _reason(done.stderr, done.returncode))
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def _absolute(path: object) -> str:
    if not isinstance(path, Path):
        raise TypeError(f"{path!r} cannot be sent to a tool")
    return str(path.absolute())


def _reason(stderr: str, status: int) -> str:
    """Return in one line why a tool failed: its own message, or the line in which Node or npm tells it."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    for line in reversed(lines):
        with suppress(ValueError, KeyError, TypeError):
            return str(json.loads(line)["message"])
    telling = [line for line in lines if _TELLING.search(line)]
    return (telling or lines or [f"it ended with status {status}"])[0][:1000]


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
    copy = cache_folder(f"tools-{_key(root)}")
    if not (copy / "node_modules" / "esbuild").is_dir():
        shutil.copytree(root / "web_worker", copy / "web_worker", dirs_exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy2(root / name, copy / name)
        _install(copy)
    return copy


def _key(root: Path) -> str:
    """Return what changes with the sources and the packages: an update in place gets another copy."""
    digest = hashlib.sha256(str(root).encode())
    sources = (path for path in (root / "web_worker").rglob("*") if path.is_file())
    for path in (root / "package-lock.json", *sorted(sources)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NodeMissing(str(OLDEST_NODE))
    command = [npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-fund", "--no-audit"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed("npm ci", _reason(done.stderr, done.returncode), _NPM_HINT)
