"""The one walker: list the scripts and the documents below a folder."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.macros.scripts.metadata import is_helper
from pybridge.project.discover import SCRIPTS_FOLDER, Settings
from pybridge.storage.atomic import SCRATCH_SUFFIX
from pybridge.storage.regular_file import NOT_ORDINARY

MAX_SCRIPT_BYTES = 4 * 1024 * 1024
"""Bytes of the largest script."""

EXAMPLES_FOLDER = "tests"
"""In `scripts/`: the documents that scripts are tested with, which do not count as those of the project."""

OUTPUT_MARK = ".pybridge-output"
"""A file in folders that pybridge writes documents to: the documents in it do not count as those of the project."""

_EXAMPLES = f"{SCRIPTS_FOLDER}/{EXAMPLES_FOLDER}/"
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(eq=False)
class LinkRefused(PybridgeError):
    """A symbolic link to a script or document, or in place of scripts/, that is not followed."""

    path: str
    target: str
    reason: Literal["dangling", "leaves", "loop"]
    code = "io"

    def what(self) -> str:
        """Name the link and where it leads."""
        words = {
            "dangling": "a dangling link",
            "leaves": "a link out of the project, refused",
            "loop": "a link that leads to itself",
        }[self.reason]
        return f"{self.path}: {words} ({self.target})"

    @property
    def hint(self) -> str:
        """Say what to put there instead."""
        return "put the file itself there" if self.reason == "leaves" else "delete or correct it"


@dataclass(eq=False)
class NameNotText(PybridgeError):
    """A file or folder whose name is not Unicode."""

    path: str
    code = "encoding"
    hint = "give it another name"

    def what(self) -> str:
        """Show the name's bytes."""
        return f"{self.path}: the name is not valid UTF-8"


class ScriptTooLarge(PybridgeError):
    """A script file that is too large."""

    code = "input-limit"
    hint = "split it: move large texts into `data`, and shared code into helper modules"

    def __init__(self, path: str, size: int, limit: int) -> None:
        super().__init__(path, size, limit)
        self.path, self.size, self.limit = path, size, limit

    def what(self) -> str:
        """Name the sizes."""
        return f"{self.path}: too large for a script: {self.size:,} bytes, at most {self.limit:,}"


@dataclass(frozen=True)
class Tree:
    """The files of a project that matter: paths relative to it, and as the system takes them."""

    scripts: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    odd_documents: dict[str, str] = field(default_factory=dict)
    """Documents whose paths are not valid Unicode: they can be rendered, the index leaves them out."""
    unreadable: dict[str, OSError] = field(default_factory=dict)
    """Folders that could not be listed."""
    problems: dict[str, PybridgeError] = field(default_factory=dict)
    """Files and folders that look like scripts and cannot be."""
    leftovers: list[str] = field(default_factory=list)
    """Scratch files of writes that were interrupted; whole paths."""


def walk(root: Path, is_document: Callable[[str], bool] | None) -> Tree:
    """Return the scripts and documents below *root*; links to folders are never followed.

    What stands below a folder with the file `OUTPUT_MARK` is left out, unless it is *root* itself.

    Args:
        root: The project, or a folder of documents.
        is_document: Tells by the path whether a file is a document, see `document_rule`; None walks
            `scripts/` only.
    """
    tree = Tree()
    links: dict[str, str] = {}
    top, scripts = os.fspath(root), os.fspath(root / SCRIPTS_FOLDER)
    if is_document is None and _leaves(root / SCRIPTS_FOLDER, root):
        target = os.fspath((root / SCRIPTS_FOLDER).readlink())
        tree.problems[SCRIPTS_FOLDER] = LinkRefused(SCRIPTS_FOLDER, target, "leaves")
        return tree
    pending = [(top, "", False)] if is_document else [(scripts, f"{SCRIPTS_FOLDER}/", True)]
    while pending:
        folder, prefix, in_scripts = pending.pop()
        try:
            entries = os.scandir(folder)
        except OSError as error:
            tree.unreadable[prefix[:-1]] = error
            if in_scripts and folder != scripts:
                tree.problems[prefix[:-1]] = DocumentUnreadable.of(Path(prefix[:-1]), error)
            continue
        with entries:
            listed = list(entries)
        if not prefix or in_scripts or all(entry.name != OUTPUT_MARK for entry in listed):
            pending += _sort(listed, prefix, in_scripts, tree, links, is_document)
    for path, other in links.items():
        _judge(path, other, root, tree)
    return tree


def _sort(
    entries: Sequence[os.DirEntry[str]],
    prefix: str,
    in_scripts: bool,
    tree: Tree,
    links: dict[str, str],
    is_document: Callable[[str], bool] | None,
) -> list[tuple[str, str, bool]]:
    """Sort the entries into the tree; return the folders to walk next."""
    folders: list[tuple[str, str, bool]] = []
    for entry in entries:
        name = entry.name
        if name[0] == ".":
            if name.endswith(SCRATCH_SUFFIX):
                tree.leftovers.append(entry.path)
        elif in_scripts and not _is_unicode(name):
            shown = os.fsencode(prefix + name).decode("utf-8", "backslashreplace")
            tree.problems[shown] = NameNotText(shown)
        elif entry.is_dir(follow_symlinks=False):
            path = prefix + name
            if in_scripts and name.endswith(".py"):
                tree.problems[path] = DocumentUnreadable(Path(path), "directory")
            if name not in _SKIPPED:
                folders.append((entry.path, path + "/", in_scripts or path == SCRIPTS_FOLDER))
        elif in_scripts and name.endswith(".py"):
            if name[0] != "_" or is_helper(name):
                is_file = entry.is_file(follow_symlinks=False)
                (tree.scripts if is_file else links)[prefix + name] = entry.path
        elif (
            is_document is not None
            and not prefix.startswith(_EXAMPLES)
            and is_document(prefix + name)
        ):
            named = tree.documents if _is_unicode(prefix + name) else tree.odd_documents
            named[prefix + name] = entry.path
    return folders


def _is_unicode(name: str) -> bool:
    if name.isascii():
        return True
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _judge(path: str, other: str, root: Path, tree: Tree) -> None:
    """Add a link, a pipe or the like to the scripts or to the problems."""
    link = Path(other)
    target = str(link.readlink()) if link.is_symlink() else ""
    problem: PybridgeError | None = None
    try:
        real = link.resolve(strict=True)
        if real.is_dir():
            problem = DocumentUnreadable(Path(path), "directory")
        elif not real.is_file():
            problem = DocumentUnreadable(Path(path), "broken", NOT_ORDINARY)
        if not real.is_relative_to(root.resolve()):
            problem = LinkRefused(path, target, "leaves")
    except FileNotFoundError:
        problem = LinkRefused(path, target, "dangling")
    except (OSError, RuntimeError):  # before Python 3.13 a loop is a RuntimeError
        problem = LinkRefused(path, target, "loop")
    if problem is None:
        tree.scripts[path] = other
    else:
        tree.problems[path] = problem


def _leaves(place: Path, root: Path) -> bool:
    real = Path(os.path.realpath(place))
    return place.is_symlink() and not real.is_relative_to(os.path.realpath(root))


def document_problem(path: str, whole: Path, root: Path) -> PybridgeError | None:
    """Return the reason why a file is not a document: a link out of *root*, a pipe or the like.

    A dangling link has none: reading it reports that.
    """
    if _leaves(whole, root):
        return LinkRefused(path, os.fspath(whole.readlink()), "leaves")
    if whole.exists() and not (whole.is_file() or whole.is_dir()):
        return DocumentUnreadable(Path(path), "broken", NOT_ORDINARY)
    return None


def is_visible(path: str) -> bool:
    """Whether no part of a path is hidden, or a folder that holds no documents."""
    return not any(part[:1] == "." or part in _SKIPPED for part in path.split("/"))


def document_rule(settings: Settings) -> Callable[[str], bool]:
    """Return a function that says whether a path is a document; `**/` also matches no folder."""
    included, excluded = _pattern(settings.include), _pattern(settings.exclude)

    def is_document(path: str) -> bool:
        return bool(included(f"/{path}")) and not excluded(f"/{path}")

    return is_document


def _pattern(globs: Sequence[str]) -> Callable[[str], object]:
    forms = [form for glob in globs for form in (f"/{glob}", f"/{glob.replace('**/', '*')}")] or [
        "\0"
    ]
    return re.compile("|".join(map(fnmatch.translate, dict.fromkeys(forms)))).match
