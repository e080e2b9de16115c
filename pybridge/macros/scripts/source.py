"""A script's text: cleaned, parsed and compiled, never executed."""

from __future__ import annotations

import ast
import hashlib
import warnings

from pybridge.macros.scripts.complexity import MOST_OPERATORS, too_complex_at
from pybridge.macros.scripts.self_contained import is_self_contained
from pybridge.macros.syntax.positions import locate, split_lines
from pybridge.macros.values.problems import problem, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

_AROUND = 3  # lines of an excerpt before and behind the failing one
_LONGEST_LINE = 200


class Source:
    """A script's text, syntax tree and code."""

    __slots__ = ("_lines", "code", "is_self_contained", "path", "problem", "text", "tree")

    def __init__(self, path: str, content: str) -> None:
        self.path = path
        self.text = content.removeprefix("\ufeff")
        """The file without byte order mark; a coding cookie means nothing here."""
        self._lines: list[str] | None = None
        self.tree: ast.Module | None = None
        self.code: CodeType | None = None
        self.is_self_contained = True
        """Whether it can reach nothing but its own variables; so is what does not compile, and never runs."""
        self.problem: dict[str, Any] | None = None
        """An error.v1 with code `syntax` where it does not compile."""
        self._compile()

    @property
    def lines(self) -> Sequence[str]:
        """The file's lines, without line ends."""
        if self._lines is None:
            self._lines = split_lines(self.text)
        return self._lines

    def _compile(self) -> None:
        found = self._unreadable()
        if found:
            self.problem = self._syntax_problem("SyntaxError", *found)
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(self.text, self.path)
                self.code = compile(self.tree, self.path, "exec", dont_inherit=True)
            self.is_self_contained = is_self_contained(self.tree, self.code)
        except SyntaxError as error:
            line, column = error.lineno or 1, error.offset or 1
            self.problem = self._syntax_problem(type(error).__name__, error.msg, line, column)
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            message = "too deeply nested" if isinstance(error, RecursionError) else str(error)
            self.problem = self._syntax_problem("SyntaxError", message or "too complex", 1, 1)

    def _unreadable(self) -> tuple[str, int, int] | None:
        """Return message, line and column of text that must not be compiled."""
        nul = self.text.find("\0")
        if nul >= 0:
            return ("the file holds a NUL byte", *locate(self.text, nul))
        try:
            self.text.encode("utf-8")
        except UnicodeEncodeError as error:
            return ("the file holds half a surrogate pair", *locate(self.text, error.start))
        at = too_complex_at(self.text)
        if at is not None:
            message = f"an expression has more than {MOST_OPERATORS} operators or brackets"
            return (message, *locate(self.text, at))
        return None

    def forget_tree(self) -> None:
        """Release the syntax tree: it takes many times the file's size."""
        self.tree = None

    def forget_text(self) -> None:
        """Release the text and everything derived from it."""
        self.text, self._lines, self.tree, self.code = "", None, None, None

    def _syntax_problem(self, kind: str, message: str, line: int, column: int) -> dict[str, Any]:
        line, column = max(1, line), max(1, column)
        return problem(
            "syntax",
            f"{kind}: {tidy(message)}",
            script={"path": self.path, "line": line, "column": column},
            type=kind,
            excerpt=excerpt(self.lines, line),
        )


def sha256(content: str) -> str:
    """Return the hash of the file's bytes."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def excerpt(lines: Sequence[str], line: int) -> str | None:
    """Return *line*, counted from 1, marked, with up to three lines around it."""
    if not 1 <= line <= len(lines):
        return None
    first, last = max(1, line - _AROUND), min(len(lines), line + _AROUND)
    width = len(str(last))
    rows = (
        f"{'→' if number == line else ' '} {number:>{width}} {_cut(lines[number - 1])}".rstrip()
        for number in range(first, last + 1)
    )
    return "\n".join(rows)


def _cut(line: str) -> str:
    cut = line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "…"
    return cut.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
