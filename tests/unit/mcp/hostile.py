"""The hostile snippets, a machine with a canary in it, and what shows that one got away."""

from __future__ import annotations

import json
import os
import secrets
import socket
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.mcp.answers import TEXT_CHARACTERS, Answer
from pybridge.mcp.audit import AuditLog
from pybridge.mcp.folders.approved import approved
from pybridge.mcp.kept import KeptOutputs
from pybridge.mcp.policies.reading import host_policy
from pybridge.mcp.tools.runner import Asked, CodeRunner
from pybridge.mcp.tools.sessions import Sessions
from pybridge.processes import Processes

FOLDER = Path(__file__).with_name("snippets")
ALWAYS_ALONE = ("results", "resources")
"""Files whose snippets are made for the program around them."""
VARIABLE = "PYBRIDGE_TEST_CANARY"
MOST_ANSWER = 400_000
_AROUND = """\
import os, sys
_names = {{**inputs, "WORKSPACE": WORKSPACE, "INPUT_DIR": INPUT_DIR, "OUTPUT_DIR": OUTPUT_DIR}}
_reached = []
_before = [list(each) for each in (sys.path, sys.meta_path, sys.path_hooks)]
for _name, _code in {codes!r}.items():
    _own = dict(_names)
    try:
        exec(compile(_code, _name, "exec"), _own)
        if _own.get("reached"):
            _reached.append(_name)
    except BaseException:
        pass
    os.chdir(WORKSPACE)
    sys.path[:], sys.meta_path[:], sys.path_hooks[:] = _before
result = _reached
"""


@dataclass(frozen=True)
class Snippet:
    """A piece of code that tries something."""

    name: str
    code: str
    alone: bool
    """Whether it needs a run of its own, such as since it ends the interpreter."""
    yolo: bool
    """Whether it gets what it wants without a sandbox."""
    native: bool
    """Whether it may get it behind a wall of the operating system, for it is not of the machine."""
    timeout: float


def snippets() -> list[Snippet]:
    """Return all of them."""
    return [
        Snippet(
            f"{path.stem}/{name}",
            row["code"],
            row.get("alone", path.stem in ALWAYS_ALONE),
            row.get("yolo", False),
            row.get("native", False),
            row.get("timeout", 20),
        )
        for path in sorted(FOLDER.glob("*.toml"))
        for name, row in tomllib.loads(path.read_text("utf-8")).items()
    ]


@dataclass(frozen=True)
class Machine:
    """Files, servers and variables that code must not reach."""

    root: Path
    listeners: Sequence[socket.socket]
    canary: str

    def restore(self) -> None:
        """Put everything in its first state."""
        for name in ("outside", "readonly", "folder"):
            _remove(self.root / name)
        outside, readonly, folder = (self.root / name for name in ("outside", "readonly", "folder"))
        for place in (outside, readonly, folder / "inner"):
            place.mkdir(parents=True)
        (outside / "secret.txt").write_text(self.canary, "utf-8")
        (outside / "outside_module.py").write_text(f"found = {self.canary!r}\n", "utf-8")
        (outside / "outside.ini").write_text(f"[a]\nb = {self.canary}\n", "utf-8")
        for place in (readonly, folder, folder / "inner"):
            (place / "own.txt").write_text("own", "utf-8")
        for place in (readonly, folder):
            (place / "link").symlink_to(outside / "secret.txt")
        (folder / "outside").symlink_to(outside)
        (folder / "relative").symlink_to("../outside/secret.txt")
        (folder / "chain").symlink_to("relative")

    def names(self) -> dict[str, Any]:
        """Return the globals of the snippets."""
        tcp, local = self.listeners
        return {
            "SECRET": str(self.root / "outside" / "secret.txt"),
            "OUTSIDE": str(self.root / "outside"),
            "FOLDER": str(self.root / "folder"),
            "READONLY": str(self.root / "readonly"),
            "HOME": str(Path.home()),
            "PORT": tcp.getsockname()[1],
            "SOCKET": local.getsockname(),
            "NAME": socket.gethostname(),
            "PID": os.getpid(),
            "VARIABLE": VARIABLE,
        }

    def state(self) -> list[tuple[str, int, str]]:
        """Return all that must stay as it is: what is outside or read-only, and the links."""
        places = [path for name in ("outside", "readonly") for path in self.root.joinpath(name).rglob("*")]  # fmt: skip
        links = [path for path in self.root.joinpath("folder").rglob("*") if path.is_symlink()]
        return sorted((str(path), *_seen(path)) for path in [*places, *links])

    def copies(self) -> list[str]:
        """Return files of the writable folder that hold the canary."""
        return [
            str(path)
            for path in self.root.joinpath("folder").rglob("*")
            if path.is_file() and not path.is_symlink() and self.canary in path.read_text("utf-8", "replace")
        ]  # fmt: skip

    def visits(self) -> int:
        """Return how often a server was reached since the last time."""
        count = 0
        for listener in self.listeners:
            try:
                while True:
                    listener.accept()[0].close()
                    count += 1
            except BlockingIOError:
                continue
        return count


def _seen(path: Path) -> tuple[int, str]:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return status.st_mode, path.readlink().as_posix()
    content = path.read_text("utf-8") if stat.S_ISREG(status.st_mode) else ""
    return (
        status.st_mode,
        f"{status.st_mtime_ns if content else ''} {status.st_nlink if content else ''} {content}",
    )


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.iterdir():
            _remove(path)
        folder.rmdir()
    else:
        folder.unlink(missing_ok=True)


@contextmanager
def machine(root: Path) -> Iterator[Machine]:
    """Make one."""
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.socket())
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        tcp.bind(("127.0.0.1", 0))
        local.bind(str(root / "socket"))
        for each in (tcp, local):
            each.listen(128)
            each.setblocking(False)
        found = Machine(root, (tcp, local), f"the canary {secrets.token_hex(16)}")
        stack.enter_context(_variable(found.canary))
        found.restore()
        yield found


@contextmanager
def _variable(value: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, value)
        yield


@dataclass
class Trial:
    """A machine, and what runs code on it."""

    machine: Machine
    runner: CodeRunner
    audit: Path
    policy: str
    count: int = 0

    def ask(self, code: str, timeout: float = 60) -> Answer:
        """Run code."""
        self.count += 1
        asked = Asked(
            "run_python",
            code,
            inputs=self.machine.names(),
            policy_id=self.policy,
            timeout_s=timeout,
        )
        return self.runner.start(asked).wait(timeout + 60)

    def ask_group(self, chosen: Sequence[Snippet]) -> Answer:
        """Run snippets one after the other; the value is which of them got what they wanted."""
        return self.ask(_AROUND.format(codes={each.name: each.code for each in chosen}))

    def reached(self, chosen: Sequence[Snippet]) -> list[str]:
        """Run snippets; return which of them got what they wanted."""
        answer = self.ask_group(chosen)
        assert answer.structured is not None
        assert answer.structured["status"] == "ok", answer.text
        self.require_bounded(answer)
        found = answer.structured["value"]
        assert isinstance(found, list)
        return found

    def alone(self, snippet: Snippet) -> Answer:
        """Run one in a run of its own."""
        names = "globals().update({name: value for name, value in inputs.items() if name not in globals()})"
        return self.ask(f"{names}\n{snippet.code}", snippet.timeout)

    def require_bounded(self, answer: Answer) -> None:
        """Return if an answer is valid, short, and without the canary."""
        structured = answer.structured
        assert structured is not None
        assert abi.validate("run-result", structured) == []
        text = json.dumps(structured)
        assert len(text) < MOST_ANSWER
        assert len(answer.text) <= TEXT_CHARACTERS
        kept = [self.runner.kept.whole(link.uri) for link in self.runner.kept.links()]
        for said in (text.encode(), answer.text.encode(), *kept):
            assert self.machine.canary.encode() not in said

    def require_untouched(self, before: list[tuple[str, int, str]]) -> None:
        """Return if nothing of the machine was reached."""
        assert self.machine.state() == before
        assert self.machine.copies() == []
        assert self.machine.visits() == 0

    def records(self) -> list[Mapping[str, Any]]:
        """Return the lines of the audit log."""
        files = sorted(self.audit.glob("*.jsonl"))
        return [json.loads(line) for path in files for line in path.read_text("ascii").splitlines()]


@contextmanager
def trial(root: Path, policy: str, most: str = "secure") -> Iterator[Trial]:
    """Prepare a machine and a runner for a policy."""
    with machine(root) as found, Processes() as processes:
        kept, sessions = KeptOutputs(), Sessions(processes)
        try:
            names = (f"{root}/folder:rw", f"{root}/readonly")
            runner = CodeRunner(
                processes,
                kept,
                sessions,
                host_policy(most, None),
                [approved(name) for name in names],
                AuditLog(root / "audit"),
            )
            yield Trial(found, runner, root / "audit", policy)
        finally:
            sessions.close()
            kept.close()
