"""Make a folder a project."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import UsageError
from pybridge.project.discover import SCRIPTS_FOLDER, SETTINGS_FILE, Settings
from pybridge.project.scripts import SEEDED_FILE, default_files
from pybridge.project.site_meta import read_site_meta
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import STATE_FOLDER, open_folder

_TEMPLATES = Path(__file__).with_name("init_files")
_IGNORED = (
    "# The index can be made again at any time; the history of the scripts cannot.\nindex.db*\n"
)


@dataclass(frozen=True)
class InitReport:
    """The files that were written, and those that existed and were kept."""

    root: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]


def fill(root: Path) -> InitReport:
    """Make *root* a project; existing files are never overwritten.

    Raises:
        UsageError: when a file is in the way.
        LinkInTheWay: when a folder is a link out of the project; nothing is written then.
        OutputFailed: when it cannot be written.
    """
    for folder in (root, root / SCRIPTS_FOLDER):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file, a folder was expected")
    root.mkdir(parents=True, exist_ok=True)
    _refuse_links(root)
    record = root / SCRIPTS_FOLDER / SEEDED_FILE
    is_first = not record.exists()
    written: list[str] = []
    kept: list[str] = []
    language = read_site_meta(root).get("mainLanguage") or Settings().main_language
    for name, text in _files(language, seed=is_first):
        if os.path.lexists(root / name):
            kept.append(name)
        else:
            write_atomically(root / name, text.encode("utf-8"), root=root)
            written.append(name)
    return InitReport(root, tuple(written), tuple(kept))


def _refuse_links(root: Path) -> None:
    """Refuse a folder that is a link out of the project, before anything is written."""
    for name in (SCRIPTS_FOLDER, "posts", STATE_FOLDER):
        with suppress(FileNotFoundError, NotADirectoryError), open_folder(root, root / name):
            continue


def _files(language: str, *, seed: bool) -> Iterator[tuple[str, str]]:
    settings = (_TEMPLATES / SETTINGS_FILE).read_text("utf-8")
    yield SETTINGS_FILE, settings.replace("LANGUAGE", json.dumps(language))
    yield "posts/welcome.md", (_TEMPLATES / "welcome.md").read_text("utf-8")
    yield ".pybridge/.gitignore", _IGNORED
    yield f"{SCRIPTS_FOLDER}/hello.py", (_TEMPLATES / "hello.py.txt").read_text("utf-8")
    if not seed:
        return
    seeded: dict[str, str] = {}
    for path in default_files():
        text = path.read_text("utf-8")
        seeded[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        yield f"{SCRIPTS_FOLDER}/{path.name}", text
    record = json.dumps({"version": 1, "seeded": seeded}, indent=2)
    yield f"{SCRIPTS_FOLDER}/{SEEDED_FILE}", record + "\n"
