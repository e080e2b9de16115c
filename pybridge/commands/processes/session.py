"""The lines of `pybridge python --session`: a host program runs, cancels and follows processes, any number at the same time."""

from __future__ import annotations

import base64
import binascii
import tempfile
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pybridge
from pybridge import abi
from pybridge.commands.processes.lines import MOST_LINE_BYTES, refused
from pybridge.commands.work.lines import Line, json_of, lines_of
from pybridge.errors import InternalError, Invalid, PybridgeError, UsageError
from pybridge.processes import Completed, Invocation, Process, Processes
from pybridge.rpc.framing import Read

Send = Callable[[dict[str, Any]], object]
"""Writes a line, a cli-session.v1/sessionReply, at once; called by one thread at a time."""


def serve(processes: Processes, read: Read, send: Send) -> None:
    """Answer requests until the input ends; processes that still run are cancelled then."""
    with tempfile.TemporaryDirectory(prefix="pybridge-tools-") as folder:
        session = _Session(processes, Path(folder), send)
        try:
            session.tell({"kind": "begun", "version": pybridge.__version__})
            for line in lines_of(read, MOST_LINE_BYTES):
                session.take(line)
        finally:
            session.close()


class _Session:
    def __init__(self, processes: Processes, folder: Path, send: Send) -> None:
        self._processes = processes
        self._folder = folder
        self._send = send
        self._running: dict[int, Process] = {}
        self._followers: set[threading.Thread] = set()
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._failure: OSError | PybridgeError | None = None

    def tell(self, reply: dict[str, Any]) -> None:
        """Write a line; if that fails, `take` raises the reason."""
        with self._turn:
            try:
                self._send(reply)
            except (OSError, PybridgeError) as error:
                self._failure = error

    def take(self, line: Line) -> None:
        """Answer a line, or begin to.

        Raises:
            OSError: when nobody reads the answers any more.
            PybridgeError: when they cannot be written.
        """
        if self._failure is not None:
            raise self._failure
        request: Any = None
        try:
            request = json_of(line, MOST_LINE_BYTES)
            abi.require("cli-session/sessionRequest", request)
            {"run": self._run, "cancel": self._cancel, "register": self._register}[request["kind"]](
                request
            )
        except PybridgeError as error:
            self._fail(_id_of(request), error)

    def close(self) -> None:
        """Cancel what runs and wait for its end."""
        with self._lock:
            running, followers = list(self._running.values()), list(self._followers)
        for process in running:
            process.cancel()
        for follower in followers:
            follower.join()

    def _run(self, request: Mapping[str, Any]) -> None:
        number = request["id"]
        if number in self._running:
            raise UsageError(f"process {number} still runs", "give each request another id")
        invocation = self._invocation(request["invocation"])
        if isinstance(invocation, Completed):
            self._complete(number, invocation)
            return
        is_streamed = request.get("isStreamed", False)
        sinks = [
            partial(self._pass_on, number, stream) if is_streamed else _ignore for stream in (1, 2)
        ]
        process = self._processes.start(
            invocation,
            stdout=sinks[0],
            stderr=sinks[1],
            is_cancelled=request.get("isCancelled", False),
        )
        follower = threading.Thread(target=self._follow, args=(number, process))
        with self._lock:
            self._running[number] = process
            self._followers.add(follower)
        follower.start()

    def _invocation(self, value: Any) -> Invocation | Completed:
        """Return an invocation, or the outcome of one that is not valid."""
        host = self._processes
        try:
            return Invocation.from_json(value, runtime=host.runtime, limits=host.limits)
        except Invalid as error:
            return refused(host.runtime, error.what())

    def _follow(self, number: int, process: Process) -> None:
        """Answer when a process has ended."""
        try:
            completed = process.wait()
        except PybridgeError as error:
            answer: Callable[[], None] = partial(self._fail, number, error)
        except Exception as error:  # a bug must not leave a request without an answer
            answer = partial(self._fail, number, InternalError(f"{type(error).__name__}: {error}"))
        else:
            answer = partial(self._complete, number, completed)
        with self._lock:
            del self._running[number]
            self._followers.discard(threading.current_thread())
        answer()

    def _cancel(self, request: Mapping[str, Any]) -> None:
        with self._lock:
            process = self._running.get(request["id"])
        if process is not None:
            process.cancel()

    def _register(self, request: Mapping[str, Any]) -> None:
        path = self._folder / f"{request['id']}.wasm"
        try:
            path.write_bytes(base64.b64decode(request["base64"], validate=True))
        except (binascii.Error, ValueError) as error:
            raise Invalid("request", [abi.Problem("/base64", "not base64")]) from error
        self._processes.register(request["name"], path)
        self.tell({"kind": "registered", "id": request["id"]})

    def _pass_on(self, number: int, stream: int, piece: bytes) -> None:
        encoded = base64.b64encode(piece).decode("ascii")
        self.tell({"kind": "piece", "id": number, "stream": stream, "base64": encoded})

    def _complete(self, number: int, completed: Completed) -> None:
        self.tell({"kind": "completed", "id": number, "completed": completed.to_json()})

    def _fail(self, number: int | None, error: PybridgeError) -> None:
        self.tell({"kind": "failed", "id": number, "error": error.to_json()})


def _id_of(request: Any) -> int | None:
    found = request.get("id") if isinstance(request, dict) else None
    return found if type(found) is int and found >= 0 else None


def _ignore(_: bytes) -> None:
    return
