"""Pack the macro engine into the zip that every sandbox imports it from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from pybridge import resources

_EPOCH = (1980, 1, 1, 0, 0, 0)


def engine_zip() -> bytes:
    """Return the archive: pybridge.macros and the worker's Python side, the same bytes every time.

    Stored, not deflated: the import then needs no zlib, and servers compress on the way.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_files()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return buffer.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    yield "pybridge/__init__.py", b""
    engine = resources.engine_sources()
    for path in engine.rglob("*.py"):
        yield f"pybridge/macros/{path.relative_to(engine).as_posix()}", path.read_bytes()
    worker = resources.web_worker() / "worker" / "pybridge_worker.py"
    yield worker.name, worker.read_bytes()
