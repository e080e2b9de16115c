"""A worker that keeps the wire's rules without running anything: macros are named by their fate.

Macros called `taint…` change what others rely on, and their worker says so.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from pybridge.engines.supervision.channel import WorkerLost

ITEMS_A_SLICE = 3
INFO: dict[str, Any] = {"kind": "macro", "enabled": True, "aliases": [], "problems": []}


@dataclass
class Log:
    """What the workers were asked, over all their generations."""

    spawned: int = 0
    ran: list[str] = field(default_factory=list)
    loaded: list[list[str]] = field(default_factory=list)
    slices: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


class SimulatedWorker:
    """A `Channel`: macros called `hang…` never answer, `die…` end the worker, others return."""

    def __init__(self, log: Log, *, stillborn: bool = False) -> None:
        log.spawned += 1
        self._log = log
        self._stillborn = stillborn
        self._replies: deque[dict[str, Any] | str] = deque()
        self.killed = False

    def send(self, text: str) -> None:
        assert not self.killed
        message = json.loads(text)
        if self._stillborn:
            self._replies.append("die")
            return
        getattr(self, f"_{message['kind']}")(message)

    def receive(self, timeout_s: float) -> str:
        assert not self.killed
        reply = self._replies.popleft() if self._replies else "hang"
        if isinstance(reply, dict):
            return json.dumps(reply)
        if reply == "die":
            raise WorkerLost("crash", "the interpreter died")
        if reply == "hang":
            raise TimeoutError
        return reply

    def kill(self) -> None:
        self.killed = True

    def _answer(self, message: dict[str, Any], kind: str, **fields: Any) -> None:
        self._replies.append({"kind": kind, "id": message["id"], **fields})

    def _limits(self, message: dict[str, Any]) -> None:
        self._answer(message, "limited")

    def _load(self, message: dict[str, Any]) -> None:
        self._log.loaded.append([script["path"] for script in message["scripts"]])
        for script in message["scripts"]:
            if script["content"] in {"hang", "die"}:
                self._replies.append(script["content"])
                return
        scripts = [
            {
                **INFO,
                "path": s["path"],
                "id": "id-" + s["path"],
                "slug": s["path"].removesuffix(".py"),
                "origin": s["origin"],
                "sha256": s["content"],
            }
            for s in message["scripts"]
        ]
        self._answer(message, "loaded", scripts=scripts)

    def _check(self, message: dict[str, Any]) -> None:
        if message["content"] == "hang":
            self._replies.append("hang")
        self._answer(message, "checked", script={}, problems=[])

    def _run(self, message: dict[str, Any]) -> None:
        self._answer(message, "output", stream="stdout", text="before\n")
        if message["args"]:
            self._replies.append(message["args"][0])
            return
        self._answer(message, "ran", status="ok", result=1, stdout="before\n", stderr="")

    def _transform(self, message: dict[str, Any]) -> None:
        """Treat each text in the context's list as a transform with that path; without one, die."""
        paths = message["context"]["paths"]
        if paths is None:
            self._replies.append("die")
            return
        for at, path in enumerate([None, *paths]):
            if path and path not in message["charged"] and not self._execute(path):
                return
            done = at == len(paths)
            following = None if done else paths[at]
            outcome = {"outcome": {"charged": message["charged"]}} if done else {}
            self._answer(message, "transformed", next=following, elapsedUs=1, done=done, **outcome)

    def _execute(self, name: str) -> bool:
        self._log.ran.append(name)
        fate = next((fate for fate in ("hang", "die", "garbage") if name.startswith(fate)), None)
        if fate is not None:
            self._replies.append(fate)
        return fate is None

    def _render(self, message: dict[str, Any]) -> None:
        self._log.slices.append(message["sliceMs"])
        self._log.sizes.append(len(message["calls"]))
        size = ITEMS_A_SLICE if message["sliceMs"] else 1
        outcomes: list[Any] = []
        calls = message["calls"]
        for at, call in enumerate(calls):
            name = call["macro"]["name"]
            if not self._execute(name):
                return
            outcomes.append({"result": {"html": f"<b>{name}"}, "scriptId": "id"})
            done = at + 1 == len(calls)
            if len(outcomes) == size or done:
                first = at + 1 - len(outcomes)
                names = [each["macro"]["name"] for each in calls[first : at + 1]]
                more = _verdict(names)
                self._answer(
                    message,
                    "outcomes",
                    first=first,
                    outcomes=outcomes,
                    elapsedUs=1,
                    done=done,
                    **more,
                )
                outcomes = []
                if more:
                    return

    def _documents(self, message: dict[str, Any]) -> None:
        self._log.slices.append(message["sliceMs"])
        self._log.sizes.append(len(message["documents"]))
        size = ITEMS_A_SLICE if message["sliceMs"] else 1
        worked = 0
        ran: list[str] = []
        finished: list[dict[str, Any]] = []
        for at, document in enumerate(message["documents"]):
            charged = message["charged"].get(str(at), {})
            known = message["known"].get(str(at), {})
            names = document["text"].split()
            if names[:1] == ["poison"]:
                self._replies.append("die")
                return
            macros: list[dict[str, Any]] = []
            for step, name in enumerate(names):
                macro = {"name": name, "raw": name}
                if str(step) in charged:
                    macros.append({**macro, "status": "error", "error": charged[str(step)]})
                elif str(step) in known:
                    macros.append({**macro, "status": "ok", **known[str(step)]})
                elif self._execute(name):
                    macros.append({**macro, "status": "ok", "result": {"html": f"<b>{name}"}})
                else:
                    return
                worked += 1
                ran.append(name)
                if worked == size:
                    is_tainted = self._slice(message, at, finished, (at, step + 1), False, ran)
                    if is_tainted:
                        return
                    worked, finished, ran = 0, [], []
            errors = [macro["error"] for macro in macros if "error" in macro]
            finished.append(
                {
                    "parts": list(range(len(macros))),
                    "macros": macros,
                    "warnings": [],
                    "errors": errors,
                }
            )
        total = len(message["documents"])
        self._slice(message, total - 1, finished, (total, 0), True, ran)

    def _slice(
        self,
        message: dict[str, Any],
        at: int,
        finished: list[dict[str, Any]],
        position: tuple[int, int],
        done: bool,
        ran: list[str],
    ) -> bool:
        more = _verdict(ran)
        if more and "script" in more["contaminated"]:
            outcome = {"result": {"html": f"<b>{ran[0]}"}, "scriptId": "id"}
            more["settled"] = {"document": position[0], "step": position[1] - 1, "outcome": outcome}
        self._answer(
            message,
            "documents",
            first=at,
            documents=finished,
            position={"document": position[0], "step": position[1]},
            elapsedUs=10,
            done=done,
            **more,
        )
        return bool(more)


def _verdict(ran: list[str]) -> dict[str, Any]:
    """Return what a reply says of the macros that ran together."""
    tainting = [name for name in ran if name.startswith("taint")]
    if not tainting:
        return {}
    culprit = {"script": f"{ran[0]}.py"} if len(ran) == 1 else {}
    return {"contaminated": {"what": ["json.dumps"], **culprit}}
