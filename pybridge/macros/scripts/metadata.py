"""The metadata of a script, read without running it: header, declarations, identity."""

from __future__ import annotations

import hashlib
import re
import sys

from pybridge.macros.scripts.declarations import Declarations, read_declarations
from pybridge.macros.scripts.header import Header, read_header
from pybridge.macros.scripts.param_schema import ParamSchema, read_param_schema
from pybridge.macros.scripts.source import Source, excerpt
from pybridge.macros.values.problems import problem, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMESPACE = "6f9619ff-8b86-5011-b42d-00c04fc964ff"
"""What the ids of headerless scripts are derived from, together with their path."""
ENTRYPOINTS = {"macro": "render", "transform": "transform", "utility": "main", "helper": "main"}
"""The function that is called when the header names none."""

_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({
    "Æ": "ae", "æ": "ae", "Œ": "oe", "œ": "oe", "Ø": "o", "ø": "o", "Ł": "l", "ł": "l", "Đ": "d", "đ": "d", "Ð": "d",
    "ð": "d", "Þ": "th", "þ": "th", "Ħ": "h", "ħ": "h", "ı": "i",
})  # fmt: skip
"""Latin letters that Unicode does not decompose."""
_DEFINITION = re.compile(r"^(?:async[ \t]+)?def[ \t]+(render|transform)\b", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_]+")
_LIMITS = (
    "itemS", "compileS", "runS", "bootS", "memoryMib", "inputBytes", "inputDepth", "outputBytes",
    "outputDepth", "stdoutBytes", "batchS", "batchItems",
)  # fmt: skip


class Metadata:
    """The metadata in a script's file."""

    __slots__ = (
        "_declarations", "aliases", "created_at", "enabled", "entrypoint", "has_body", "has_preview",
        "header_enabled", "id", "kind",
        "limits", "needs", "param_schema", "problems", "sha256", "slug", "title",
        "updated_at", "version",
    )  # fmt: skip

    def __init__(self, source: Source, digest: str) -> None:
        header = read_header(source.text)
        found = read_declarations(source.tree) if source.tree else Declarations()
        self.problems: list[dict[str, Any]] = [source.problem] if source.problem else []
        self._read_header(header, source)
        self.kind = _kind(header, source, found)
        self.entrypoint = _entrypoint(header, self.kind)
        self.has_preview = "preview" in found.defined
        self.sha256 = digest
        self._declarations = found
        self._read_declarations(found, source)
        if self.kind == "helper":
            self._read_name(source)
        elif source.tree and self.kind != "utility" and self.entrypoint not in found.defined:
            message = f"a {self.kind} needs a function {self.entrypoint!r}, and there is none"
            self._complain(source, 1, 1, message)

    def runs_itself(self, function: str) -> bool:
        """Whether the body itself calls *function*, or does so when run as a program."""
        return self._declarations.has_main_guard or self._declarations.calls(function)

    def _read_name(self, source: Source) -> None:
        """Take a helper's name from its file: scripts import it by that."""
        self.slug = self.title = _stem(source.path)
        if self.slug in sys.stdlib_module_names:
            message = f"Python itself has a module {self.slug}: this one is never imported"
        elif not _NAME.fullmatch(self.slug):
            message = f"{self.slug!r} cannot be imported: letters, digits and _ only"
        else:
            return
        self._complain(source, 1, 1, f"{message}, rename the file")

    def _read_header(self, header: Header, source: Source) -> None:
        self.id = header.text("id") or uuid5(NAMESPACE, source.path)
        self.slug = header.text("slug") or slugify(_stem(source.path))
        self.title = header.text("title") or self.slug
        self.header_enabled = header.values.get("enabled", True) is True
        version = header.values.get("version", 1)
        self.version = int(version) if isinstance(version, int | float) else 1
        self.created_at = header.text("createdAt")
        self.updated_at = header.text("updatedAt")
        for each in header.problems:
            self._complain(source, each.line, each.column, each.message)

    def _read_declarations(self, found: Declarations, source: Source) -> None:
        for line, column, message in found.problems:
            self._complain(source, line, column, message)
        self.aliases = self._names(found, "ALIASES", source) or []
        self.needs = self._names(found, "NEEDS", source)
        self.has_body = self._flag(found, "BODY", source)
        self.limits = self._limits(found, source)
        self.param_schema: ParamSchema | None = None
        if "PARAMS" in found.literals:
            value, line = found.literals["PARAMS"]
            self.param_schema, complaints = read_param_schema(value)
            for complaint in complaints:
                self._complain(source, line, 1, complaint)

    def _names(self, found: Declarations, name: str, source: Source) -> list[str] | None:
        if name not in found.literals:
            return None
        value, line = found.literals[name]
        if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
            usable = [each for each in value if name != "ALIASES" or _NAME.fullmatch(each)]
            for each in value:
                if each not in usable:
                    message = f"the alias {each!r} can never match: letters, digits and _ only"
                    self._complain(source, line, 1, message)
            return usable
        self._complain(source, line, 1, f"{name} must be a list of texts")
        return None

    def _flag(self, found: Declarations, name: str, source: Source) -> bool:
        value, line = found.literals.get(name, (False, 1))
        if not isinstance(value, bool):
            self._complain(source, line, 1, f"{name} must be True or False")
        return value is True

    def _limits(self, found: Declarations, source: Source) -> dict[str, Any]:
        value, line = found.literals.get("LIMITS", ({}, 1))
        usable = {}
        for key, limit in value.items() if isinstance(value, dict) else ():
            is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
            if key in _LIMITS and is_number and limit > 0:
                usable[key] = limit
            else:
                self._complain(source, line, 1, f"LIMITS[{key!r}] is not understood and ignored")
        if not isinstance(value, dict):
            self._complain(source, line, 1, "LIMITS must be a dict such as {'itemS': 2}")
        return usable

    def _complain(self, source: Source, line: int, column: int, message: str) -> None:
        place = {"path": source.path, "line": line, "column": column}
        rows = excerpt(source.lines, line)
        self.problems.append(problem("schema", tidy(message), script=place, excerpt=rows))


def slugify(text: str) -> str:
    """Return *text* as a slug: lower-case letters, digits and single underscores; `Größe` gives `grosse`.

    Without any letter or digit of that kind it is "script".
    """
    plain = text.lower() if text.isascii() else _folded(text)
    return _NO_LETTERS.sub("_", plain).strip("_") or "script"


def _folded(text: str) -> str:
    """Return *text* with accents removed and ligatures spelt out."""
    import unicodedata  # seldom needed, and slow to import

    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def uuid5(namespace: str, name: str) -> str:
    """Return the name-based UUID of RFC 9562; here because `uuid` is slow to import."""
    seed = bytes.fromhex(namespace.replace("-", "")) + name.encode("utf-8", "surrogatepass")
    digest = bytearray(hashlib.sha1(seed, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _stem(path: str) -> str:
    name = path.replace("\\", "/").rsplit("/", 1)[-1]
    return name[:-3] if name.endswith(".py") else name


def is_helper(path: str) -> bool:
    """Whether the file at *path* is a module for scripts, and not a script."""
    stem = _stem(path)
    return stem.startswith("_") and not stem.startswith("__")


def _entrypoint(header: Header, kind: str) -> str:
    name = header.text("entrypoint") or ENTRYPOINTS[kind]
    if kind == "transform" and (name == "main" or not name.isascii()):
        return ENTRYPOINTS[kind]  # as legacy applications read it
    return name


def _kind(header: Header, source: Source, found: Declarations) -> str:
    if is_helper(source.path):
        return "helper"
    given = header.text("kind")
    if given:
        return given
    if source.tree is None:  # broken: guessed, so that its macros fail by name
        guess = _DEFINITION.search(source.text)
        return "transform" if guess and guess[1] == "transform" else "macro"
    return next(
        (kind for kind in ("macro", "transform") if ENTRYPOINTS[kind] in found.defined), "utility"
    )
