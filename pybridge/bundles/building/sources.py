"""The files of this machine that go into a bundle."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pybridge.bundles.archive import layout
from pybridge.bundles.building.config import RUNTIME_SOURCE, Config, ConfigInvalid, source_path
from pybridge.errors import DocumentUnreadable
from pybridge.storage.regular_file import read_regular

RuntimeModule = Callable[[str], Path]
"""Takes the name of a runtime, returns the file of its module."""


def contents_of(
    config: Config, source: str, dest: str, runtime: RuntimeModule
) -> Iterator[tuple[str, bytes]]:
    """Yield the path in the bundle and the content of each file of a source, sorted.

    Raises:
        ConfigInvalid: when the source is missing, or holds a link.
        DocumentUnreadable: when a file cannot be read.
    """
    if source.startswith(RUNTIME_SOURCE):
        yield dest, _content(runtime(source.removeprefix(RUNTIME_SOURCE)))
        return
    path = source_path(config, source)
    if not path.exists():
        raise ConfigInvalid(config.path, (f"payload source missing: {path}",))
    if not path.is_dir():
        yield dest, _content(path)
        return
    for inner in sorted(_below(config, path)):
        yield f"{dest.rstrip('/')}/{inner}", _content(path / inner)


def _below(config: Config, folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            if path.is_symlink():
                raise ConfigInvalid(config.path, (f"{path}: a link, which a bundle cannot hold",))
        for name in files:
            yield Path(place, name).relative_to(folder).as_posix()


def _content(path: Path) -> bytes:
    try:
        content, size = read_regular(path, root=None, most=layout.MOST_FILE_BYTES + 1)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > layout.MOST_FILE_BYTES:
        problem = f"larger than {layout.MOST_FILE_BYTES:,} bytes"
        raise DocumentUnreadable(path, "broken", problem)
    return content
