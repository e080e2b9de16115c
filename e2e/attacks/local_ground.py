"""The command line's engines: CPython under WASI in a child process, and `native`, which is not a sandbox."""

from __future__ import annotations

import os
import re
import time
from contextlib import ExitStack
from pathlib import Path

from e2e.attacks.corpus import BENIGN, LONG_S, Payload
from e2e.attacks.grounds import Aftermath, Traces, attack_call, benign_call, judged, spoken
from pybridge.engines import open_engine
from pybridge.engines.browser.asset_server import AssetServer
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script

_ACTIVE = re.compile(
    r"<(?:script|style|link|base|meta|object|embed|form|input|button|template|select|textarea|"
    r"foreignobject|animate|set|use|dialog|portal|fencedframe)\b"
    r"|<[^>]*\s(?:on\w+|style|srcdoc|formaction|action|ping|popover\w*|command\w*|name|is)="
    r"|(?:href|src)=[\"']?[\x00-\x20]*(?:javascript|data|vbscript|blob):",
    re.IGNORECASE,
)
"""What may not be in sanitised HTML; text in it has its `<` escaped."""


class LocalGround:
    """Runs payloads in engines of their own, or in one that goes on."""

    def __init__(self, name: str, folder: Path, stack: ExitStack) -> None:
        self.name = name
        self._folder = folder
        self._stack = stack
        self._server = stack.enter_context(AssetServer({"/": folder}))
        self._sentinel = folder / "sentinel.txt"
        self._sentinel.write_text("secret of the machine")
        self._warm: Engine | None = None

    def attack(self, payload: Payload, *, fresh: bool) -> Aftermath:
        with ExitStack() as stack:
            engine = self._open(stack) if fresh else self._warmed()
            before = self._traces(engine)
            engine.load([Script(payload.path, payload.source)])
            call = attack_call(payload, server=self._server.url, sentinel=str(self._sentinel))
            started = time.monotonic()
            (outcome,) = engine.render_calls([call])
            lasted = time.monotonic() - started
            after = self._traces(engine)
            if not fresh and after.benign == before.benign:
                self._warm = engine
            word, said, data = judged(outcome)
            if _ACTIVE.search(outcome.get("result", {}).get("html", "")):
                word = "breach"
            return Aftermath(word, said, data, lasted, before, after)

    def _warmed(self) -> Engine:
        """Take the engine that has worked; it is put back when it has come through."""
        engine, self._warm = self._warm, None
        return engine or self._open(self._stack)

    def _open(self, stack: ExitStack) -> Engine:
        limits = Limits(item_s=LONG_S, memory_mib=128)
        engine = stack.enter_context(open_engine(self.name, limits=limits))
        engine.load([Script("scripts/benign.py", BENIGN)])
        return engine

    def _traces(self, engine: Engine) -> Traces:
        (benign,) = engine.render_calls([benign_call()])
        look = {
            "files": {path.name: path.read_text() for path in sorted(self._folder.iterdir())},
            "folder": str(Path.cwd()),
            "environment": sorted(os.environ),
            "planted": [str(path) for path in PLANTED if path.exists()],
            "strangers": _strangers(),
        }
        return Traces(look, tuple(self._server.requests), (), spoken(benign))


PLANTED = [
    Path(each)
    for each in (
        "/tmp/attack",
        "/attack",
        "/dev/shm/attack",
        "/tmp/cellbreak",
        "/tmp/fill",
        "/tmp/l",
    )
]


def _strangers() -> list[str]:
    """Return the programs below this process that are neither Python nor the browser."""
    found = []
    for child in _descendants(os.getpid()):
        try:
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        name = Path(command[0].decode(errors="replace")).name
        if name and not any(known in name for known in ("python", "chrom", "node", "cat")):
            found.append(name)
    return found


def _descendants(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    children = [int(each) for each in text.split()]
    return children + [below for child in children for below in _descendants(child)]
