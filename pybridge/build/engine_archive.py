"""Pack the macro engine into the zip that a sandbox imports it from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from pybridge import resources

_EPOCH = (1980, 1, 1, 0, 0, 0)


def engine_zip() -> bytes:
    """Return the archive: pybridge.macros and the worker's Python side, the same bytes every time."""
    worker = resources.web_worker() / "worker" / "pyodide" / "pybridge_worker.py"
    return stored_zip({**macro_files(), worker.name: worker.read_bytes()})


def macro_files() -> dict[str, bytes]:
    """Return the macro engine's modules, by their path in an archive."""
    engine = resources.engine_sources()
    modules = {
        f"pybridge/macros/{path.relative_to(engine).as_posix()}": path.read_bytes()
        for path in engine.rglob("*.py")
    }
    return {"pybridge/__init__.py": b"", **modules}


def stored_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of *files*, the same bytes every time.

    Stored, not deflated: the import then needs no zlib, and servers compress on the way.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return buffer.getvalue()
