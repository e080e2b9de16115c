"""Remove what was rendered of documents that are gone: deleted, renamed or moved."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pybridge.commands.work.render import output_root, target_of
from pybridge.commands.work.render_report import RenderRequest
from pybridge.errors import PybridgeError
from pybridge.project.documents import DocumentFile
from pybridge.storage.own_folder import open_folder


def remove_outputs(
    gone: Iterable[DocumentFile], request: RenderRequest, written: set[Path] | None
) -> None:
    """Delete the outputs of documents that are gone, before anything new is written.

    Args:
        gone: The documents, as they were.
        request: Where their outputs are.
        written: The only files that may be deleted; None where all files of the folder are pybridge's own.
    """
    out = request.out
    if out is None:
        return
    for file in gone:
        target = target_of(file, request.html, out)
        if written is not None and target not in written:
            continue
        if request.html and _has_other_source(file.path):
            continue
        with suppress(PybridgeError, OSError), \
                open_folder(output_root(request, out), target.parent) as folder:  # fmt: skip
            if folder.is_regular(target.name):
                folder.remove(target.name)


def _has_other_source(path: Path) -> bool:
    """Whether a file beside *path* may have the same page: `a.txt` that of `a.md`."""
    try:
        return any(
            each.stem == path.stem and each.name != path.name for each in path.parent.iterdir()
        )
    except OSError:
        return False
