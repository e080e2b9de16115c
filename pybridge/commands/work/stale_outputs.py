"""Remove what was rendered of documents that are gone: deleted, renamed or moved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pybridge.commands.work.render import output_root, target_of
from pybridge.commands.work.render_report import RenderRequest
from pybridge.errors import PybridgeError
from pybridge.project.documents import DocumentFile
from pybridge.storage.own_folder import open_folder


def remove_stale(
    documents: Iterable[DocumentFile], request: RenderRequest, written: Iterable[Path] | None
) -> None:
    """Delete the outputs that belong to no document.

    Args:
        documents: All that there are, the unreadable ones too: what was rendered of them stays.
        request: Where their outputs are.
        written: The only files that may be deleted; None where all files of the folder are pybridge's own.
    """
    out = request.out
    if out is None:
        return
    wanted = {target_of(file, request.html, out) for file in documents}
    for target in _files(out) if written is None else written:
        if target in wanted:
            continue
        with suppress(PybridgeError, OSError), \
                open_folder(output_root(request, out), target.parent) as folder:  # fmt: skip
            if folder.is_regular(target.name):
                folder.remove(target.name)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, not what is written just now; links are not followed."""
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names if not name.startswith("."))
