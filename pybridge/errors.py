"""Everything pybridge raises on purpose: one root, one code per class, one way out per message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

BROWSER_COMMAND = "playwright install chromium"


class Located(Protocol):
    """A problem inside a JSON document, as `pybridge.abi.validate` reports it."""

    @property
    def pointer(self) -> str:
        """JSON pointer to the offending value; empty for the whole document."""
        ...

    @property
    def message(self) -> str:
        """What is wrong there."""
        ...


class PybridgeError(Exception):
    """The root of everything raised here.

    Subclasses keep the objects they are about as fields; `what` and `hint` build the words.
    """

    code: ClassVar[str] = "internal"
    """One of error.v1's closed list."""
    way_out: str | None = None
    """What to do about it, where that is always the same."""

    def what(self) -> str:
        """Say what was wrong, with which value, where."""
        return " ".join(str(part) for part in self.args) or type(self).__name__

    def hint(self) -> str | None:
        """Say what to do about it; None when nothing can be said."""
        return self.way_out

    def places(self) -> Mapping[str, Any]:
        """Return the further fields of error.v1 that this error knows."""
        return {}

    def __str__(self) -> str:
        hint = self.hint()
        return f"{self.what()} – {hint}" if hint else self.what()

    def to_json(self) -> dict[str, Any]:
        """Return the error as error.v1."""
        hint = self.hint()
        value: dict[str, Any] = {"code": self.code, "message": self.what(), **self.places()}
        return {**value, "hint": hint} if hint else value


@dataclass(eq=False)
class InternalError(PybridgeError):
    """Something that cannot happen did."""

    detail: str
    code = "internal"
    way_out = "this is a bug in pybridge, please report it"

    def what(self) -> str:
        return f"internal error: {self.detail}"


@dataclass(eq=False)
class UsageError(PybridgeError):
    """The command or call cannot mean anything as it stands."""

    problem: str
    way_out: str | None = None
    code = "usage"

    def what(self) -> str:
        return self.problem


@dataclass(eq=False)
class UnknownEngine(PybridgeError):
    """No engine has this name."""

    name: str
    known: Sequence[str]
    code = "usage"

    def what(self) -> str:
        return f"no engine named {self.name!r}"

    def hint(self) -> str:
        return f"choose one of {', '.join(self.known)}"


@dataclass(eq=False)
class ProjectMissing(PybridgeError):
    """The command needs a project and there is none."""

    start: Path
    code = "usage"
    way_out = "name one with --project DIR, or make one with `pybridge init`"

    def what(self) -> str:
        return f"no project at {self.start} or above: neither pybridge.toml nor scripts/ found"


@dataclass(eq=False)
class ProjectInvalid(PybridgeError):
    """A project's pybridge.toml cannot be used."""

    path: Path
    problem: str
    code = "schema"
    way_out = "correct the file, or delete it to use the defaults"

    def what(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass(eq=False)
class ScriptNotFound(PybridgeError):
    """No script answers to this slug, alias, id or path."""

    name: str
    searched: Sequence[str]
    similar: Sequence[str] = ()
    code = "not-found"

    def what(self) -> str:
        return f"no script named {self.name!r} in {', '.join(self.searched)}"

    def hint(self) -> str | None:
        return f"did you mean {' or '.join(map(repr, self.similar))}?" if self.similar else None


@dataclass(eq=False)
class Invalid(PybridgeError):
    """A JSON document breaks its schema; all its problems are here."""

    schema: str
    problems: Sequence[Located]
    code = "schema"

    def what(self) -> str:
        listed = "; ".join(f"{p.pointer or '/'}: {p.message}" for p in self.problems)
        return f"this is no valid {self.schema}: {listed}"

    def places(self) -> Mapping[str, Any]:
        return {"pointer": self.problems[0].pointer} if self.problems else {}


class CallInvalid(Invalid):
    """A macro call breaks call.v1."""

    way_out = "the shape of a call is in docs/abi.md#call"


@dataclass(eq=False)
class BookmarkInvalid(PybridgeError):
    """No post can be made of a bookmarklet's link."""

    problem: str
    code = "schema"
    way_out = "a link is bds://new-post?title=…&url=https%3A%2F%2F…"

    def what(self) -> str:
        return f"this is no bookmark: {self.problem}"


@dataclass(eq=False)
class JsonUnreadable(PybridgeError):
    """Text that was meant to be JSON is none."""

    source: str
    line: int
    column: int
    problem: str
    code = "schema"
    way_out = "send strict JSON: UTF-8, double quotes, no NaN, no trailing comma"

    def what(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: not JSON: {self.problem}"


@dataclass(eq=False)
class AbiMismatch(PybridgeError):
    """The other side speaks another version of the ABI."""

    theirs: object
    ours: int
    code = "abi"

    def what(self) -> str:
        sent = "no ABI version" if self.theirs is None else f"ABI {self.theirs}"
        return f"this pybridge speaks ABI {self.ours}, the caller sent {sent}"

    def hint(self) -> str:
        if isinstance(self.theirs, int) and self.theirs > self.ours:
            return "upgrade pybridge, or rebuild the caller against this version's abi.d.ts"
        return f'send "abi": {self.ours}, in the shape of docs/abi.md'

    def places(self) -> Mapping[str, Any]:
        return {"pointer": "/abi"}


@dataclass(eq=False)
class DocumentUnreadable(PybridgeError):
    """A file that was to be read cannot be: missing, a directory, forbidden."""

    path: Path
    reason: Literal["missing", "directory", "denied", "broken"]
    detail: str = ""
    code = "io"

    def what(self) -> str:
        words = {
            "missing": "no such file",
            "directory": "this is a directory, a file was expected",
            "denied": "not allowed to read it",
            "broken": "cannot be read",
        }[self.reason]
        return f"{self.path}: {words}" + (f" ({self.detail})" if self.detail else "")

    def hint(self) -> str | None:
        hints = {"missing": "check the spelling", "directory": "name a file inside it"}
        return hints.get(self.reason)

    @classmethod
    def of(cls, path: Path, error: OSError) -> DocumentUnreadable:
        """Say what the operating system's *error* means for *path*."""
        if isinstance(error, FileNotFoundError):
            return cls(path, "missing")
        if isinstance(error, IsADirectoryError):
            return cls(path, "directory")
        if isinstance(error, PermissionError):
            return cls(path, "denied")
        return cls(path, "broken", error.strerror or str(error))


@dataclass(eq=False)
class DocumentNotText(PybridgeError):
    """A file holds bytes that are no text."""

    path: Path
    line: int
    column: int
    reason: Literal["encoding", "nul"]
    detail: str = ""
    code = "encoding"
    way_out = "save the file as UTF-8 text"

    def what(self) -> str:
        words = "not valid UTF-8" if self.reason == "encoding" else "a NUL byte"
        more = f" ({self.detail})" if self.detail else ""
        return f"{self.path}:{self.line}:{self.column}: {words}{more}"

    def places(self) -> Mapping[str, Any]:
        place = {"path": str(self.path), "line": self.line, "column": self.column}
        return {"call": place}


@dataclass(eq=False)
class InputTooLarge(PybridgeError):
    """An input is larger than the limit that was set for it."""

    what_input: str
    size: int
    limit: int
    setting: str = "inputBytes"
    code = "input-limit"

    def what(self) -> str:
        return f"{self.what_input} is too large: {self.size:,}, the limit is {self.limit:,}"

    def hint(self) -> str:
        return f"split it, or raise the limit {self.setting}"


@dataclass(eq=False)
class OutputFailed(PybridgeError):
    """A result could not be written."""

    path: Path
    error: OSError
    code = "io"
    way_out = "nothing was changed; check the folder, its permissions and the free space"

    def what(self) -> str:
        return f"{self.path}: cannot write: {self.error.strerror or self.error}"


@dataclass(eq=False)
class Conflict(PybridgeError):
    """Two things claim the same place, or what is there is not what was expected."""

    problem: str
    way_out: str | None = None
    code = "conflict"

    def what(self) -> str:
        return self.problem


class GeneratedStale(Conflict):
    """Committed generated files differ from what would be generated now."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        names = ", ".join(str(path) for path in paths)
        super().__init__(f"out of date: {names}", "run `pybridge build --generate`")


@dataclass(eq=False)
class BootFailed(PybridgeError):
    """An engine did not come up."""

    engine: str
    reason: str
    way_out: str | None = None
    code = "boot"

    def what(self) -> str:
        return f"the {self.engine} engine did not start: {self.reason}"

    def hint(self) -> str | None:
        return self.way_out or "`pybridge doctor` says what is missing"


@dataclass(eq=False)
class AssetMissing(PybridgeError):
    """A file that an engine needs is not there."""

    path: str
    folder: Path | None = None
    code = "boot"
    way_out = "build the folder again with `pybridge build`"

    def what(self) -> str:
        return f"{self.path} is missing" + (f" from {self.folder}" if self.folder else "")


@dataclass(eq=False)
class IntegrityFailed(PybridgeError):
    """A file's content is not what its hash promises."""

    path: str
    expected: str
    actual: str
    way_out: str | None = "delete it and run `pybridge build` again"
    code = "integrity"

    def what(self) -> str:
        return f"{self.path} was changed or damaged: expected {self.expected}, found {self.actual}"


@dataclass(eq=False)
class IsolationFailed(PybridgeError):
    """The sandbox can do what it must not."""

    level: str
    held: Mapping[str, bool]
    code = "isolation"
    way_out = "use a browser and a page that provide the level"

    def what(self) -> str:
        open_ = ", ".join(sorted(name for name, held in self.held.items() if not held))
        return f"isolation level {self.level!r} was asked for, but these are open: {open_}"


@dataclass(eq=False)
class EngineCrashed(PybridgeError):
    """An engine died and could not be replaced."""

    engine: str
    detail: str = ""
    code = "crash"

    def what(self) -> str:
        return f"the {self.engine} engine crashed" + (f": {self.detail}" if self.detail else "")


@dataclass(eq=False)
class DeadlinePassed(PybridgeError):
    """Work outside a single macro took too long."""

    doing: str
    seconds: float
    code = "timeout"

    def what(self) -> str:
        return f"{self.doing} took longer than {self.seconds:g} s"


@dataclass(eq=False)
class BrowserMissing(PybridgeError):
    """No Chromium can be found or started."""

    looked_at: Sequence[str]
    command: str = BROWSER_COMMAND
    code = "unavailable"

    def what(self) -> str:
        return f"no Chromium found (looked at {', '.join(self.looked_at)})"

    def hint(self) -> str:
        return f"install one: {self.command}"


@dataclass(eq=False)
class NodeMissing(PybridgeError):
    """Node is needed for building and is not there, or too old."""

    needed: str = "20"
    found: str | None = None
    code = "unavailable"
    way_out = "install it from your system's packages and make sure `node` is on the PATH"

    def what(self) -> str:
        found = f"found {self.found}" if self.found else "none found"
        return f"Node {self.needed} or newer is needed to build, {found}"


@dataclass(eq=False)
class RemoteError(PybridgeError):
    """An error that a sandbox reported, as it came: its code is the reported one."""

    value: Mapping[str, Any]

    def what(self) -> str:
        return str(self.value["message"])

    def hint(self) -> str | None:
        return self.value.get("hint")

    def to_json(self) -> dict[str, Any]:
        """Return the error as it was reported."""
        return dict(self.value)


@dataclass(eq=False)
class BuildFailed(PybridgeError):
    """A tool of the build failed."""

    tool: str
    detail: str
    code = "unavailable"

    def what(self) -> str:
        return f"{self.tool} failed: {self.detail}"


@dataclass(eq=False)
class PackageMissing(PybridgeError):
    """A package that this feature needs is not installed."""

    package: str
    command: str
    code = "unavailable"

    def what(self) -> str:
        return f"the package {self.package} is not installed"

    def hint(self) -> str:
        return f"install it: {self.command}"


def browser_extra_missing() -> PackageMissing:
    """Return what to raise where playwright, the extra `browser`, is not installed."""
    return PackageMissing("playwright", "pip install 'pybridge[browser]'")


def bench_extra_missing() -> PackageMissing:
    """Return what to raise where matplotlib, the extra `bench`, is not installed."""
    return PackageMissing("matplotlib", "pip install 'pybridge[bench]'")


def studio_extra_missing() -> PackageMissing:
    """Return what to raise where starlette or uvicorn, the extra `studio`, is not installed."""
    return PackageMissing("starlette or uvicorn", "pip install 'pybridge[studio]'")


@dataclass(eq=False)
class PortUnusable(PybridgeError):
    """A port that was asked for cannot be listened on."""

    port: int
    reason: str
    code = "unavailable"
    way_out = "choose another with --port, or leave it out"

    def what(self) -> str:
        return f"cannot listen on port {self.port}: {self.reason}"


@dataclass(eq=False)
class DownloadFailed(PybridgeError):
    """A pinned asset could not be fetched."""

    name: str
    detail: str
    code = "unavailable"
    way_out = "connect once to the network (or your mirror); afterwards the cache is used"

    def what(self) -> str:
        return f"could not fetch {self.name}: {self.detail}"


def all_errors() -> list[type[PybridgeError]]:
    """Return every class of the tree, root first."""
    found: list[type[PybridgeError]] = [PybridgeError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found
