"""Rewrite the uses of a macro in documents: its tokens, not text that only looks like them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.macros.syntax.positions import Positions
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.project.text import decode_text
from pybridge.scripts_store.storage.disk import Disk, FileChanged
from pybridge.storage.regular_file import read_regular

_MOST_BYTES = 16 * 1024 * 1024  # the index knows no larger document


@dataclass(frozen=True)
class DocumentChange:
    """A document with a macro under its new name."""

    path: str
    before: bytes
    after: bytes
    places: tuple[tuple[int, int], ...]
    """Line and column of each rewritten token, closing tokens included."""

    def to_json(self) -> dict[str, object]:
        """Return the change as the reports have it."""
        return {"path": self.path, "places": [{"line": li, "column": co} for li, co in self.places]}


def renamed_uses(
    text: str, old: Collection[str], new: str
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return *text* with the macros *old*, in lower case, called *new*, and the places."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    positions, done = Positions(text), 0
    for token in find_tokens(text, markdown=True):
        if token.name.lower() not in old:
            continue
        start = token.start + (3 if token.is_closing else 2)
        pieces += [text[done:start], new]
        done = start + len(token.name)
        places.append(positions.locate(token.start))
    return "".join([*pieces, text[done:]]), tuple(places)


@dataclass(frozen=True)
class Rewriting:
    """What a new name changes in documents."""

    changes: tuple[DocumentChange, ...] = ()
    unread: tuple[PybridgeError, ...] = ()
    """Why documents could not be read: whether they use the macro is not known."""


def document_changes(
    root: Path, documents: Iterable[str], old: Iterable[str], new: str
) -> Rewriting:
    """Return what would change in *documents*."""
    changes: list[DocumentChange] = []
    unread: list[PybridgeError] = []
    names = frozenset(name.lower() for name in old)
    for path in documents:
        try:
            raw, _ = read_regular(root / path, root=root, most=_MOST_BYTES)
            text = decode_text(raw, Path(path))
        except OSError as error:
            unread.append(DocumentUnreadable.of(Path(path), error))
            continue
        except PybridgeError as error:
            unread.append(error)
            continue
        mark = raw[: len(raw) - len(text.encode())]
        after, places = renamed_uses(text, names, new)
        if places:
            changes.append(DocumentChange(path, raw, mark + after.encode(), places))
    return Rewriting(tuple(changes), tuple(unread))


def write_changes(
    root: Path, disk: Disk, changes: Sequence[DocumentChange]
) -> tuple[list[DocumentChange], list[PybridgeError | str]]:
    """Write the documents; return those that were written, and why others were not."""
    done: list[DocumentChange] = []
    notes: list[PybridgeError | str] = []
    for change in changes:
        try:
            disk.write(root / change.path, change.after, root=root, instead_of=change.before)
            done.append(change)
        except FileChanged:
            notes.append(f"{change.path} changed in the meantime and was not rewritten")
        except PybridgeError as error:
            notes.append(error)
    return done, notes
