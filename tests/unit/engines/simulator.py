"""A worker that keeps the wire's rules without running anything: the name of a macro says what it does.

tests/failures/README.md lists the names; the simulator of the JavaScript tests knows the same.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pybridge.engines.supervision.channel import WorkerLost

Json = dict[str, Any]

ITEMS_A_SLICE = 3
SLOW_S = 0.25
ENDINGS = ("hang", "die", "garbage")
INFO: Json = {
    **{"entrypoint": "render", "enabled": True, "version": 1, "aliases": [], "problems": []},
    **{"createdAt": None, "updatedAt": None, "needs": None, "body": False, "params": None},
}


@dataclass
class Log:
    """What the workers were asked, over all their generations."""

    spawned: int = 0
    ran: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    """Paths of the scripts that are to run here."""
    loaded: list[list[str]] = field(default_factory=list)
    slices: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


class Ended(Exception):
    """A script ended its worker; the argument is one of `ENDINGS`."""


class SimulatedWorker:
    """A `Channel`: macros called `hang…` never answer, `die…` end the worker, others return."""

    def __init__(self, log: Log, *, stillborn: bool = False) -> None:
        log.spawned += 1
        self._log = log
        self._stillborn = stillborn
        self._number = 0
        self._replies: Iterator[Json] = iter(())
        self._scripts: dict[str, Json] = {}
        self.killed = False

    def send(self, text: str) -> None:
        assert not self.killed
        message = json.loads(text)
        self._number = message["id"]
        self._replies = getattr(self, f"_{message['kind']}")(message)

    def receive(self, timeout_s: float) -> str:
        assert not self.killed
        try:
            if self._stillborn:
                raise Ended("die")
            reply = next(self._replies)
        except StopIteration:
            raise TimeoutError from None
        except Ended as ended:
            return _end(str(ended))
        if "contaminated" in reply:
            self._replies = iter(())
        if after := reply.pop("after", 0):
            time.sleep(after)
        return json.dumps({"id": self._number, **reply})

    def interrupt(self) -> None:
        self.kill()

    def kill(self) -> None:
        self.killed = True

    def _limits(self, _: Json) -> Iterator[Json]:
        yield {"kind": "limited"}

    def _load(self, message: Json) -> Iterator[Json]:
        self._log.loaded.append([script["path"] for script in message["scripts"]])
        for script in message["scripts"]:
            if script["content"] in ENDINGS:
                raise Ended(script["content"])
        self._scripts.update((script["path"], script) for script in message["scripts"])
        self._log.own.update(
            path for path, each in self._scripts.items() if not each.get("elsewhere", False)
        )
        yield {"kind": "loaded", "scripts": [_info(script) for script in message["scripts"]]}

    def _check(self, message: Json) -> Iterator[Json]:
        if message["content"] in ENDINGS:
            raise Ended(message["content"])
        source = {"origin": "project", **message}
        yield {"kind": "checked", "script": _info(source), "problems": []}

    def _run(self, message: Json) -> Iterator[Json]:
        yield {"kind": "output", "stream": "stdout", "text": "before\n"}
        if message["args"]:
            raise Ended(message["args"][0])
        yield {"kind": "ran", "status": "ok", "result": 1, "stdout": "before\n", "stderr": ""}

    def _transform(self, message: Json) -> Iterator[Json]:
        """Have each transform that is loaded add its name to the title."""
        paths = [path for path, script in self._scripts.items() if _is_own_transform(script)]
        post, applied, errors = dict(message["post"]), [], []
        if "poison.py" in paths:
            raise Ended("die")
        for at, path in enumerate([None, *paths]):
            name = (path or "").removesuffix(".py")
            charge = message["charged"].get(path)
            if charge is not None:
                errors.append({"scriptSlug": name, "scriptId": f"id-{name}", **charge})
            elif path is not None:
                self._execute(name)
                post["title"] += f" {name}"
                applied.append(name)
            ran = [name] if path and charge is None else []
            done = at == len(paths)
            reply = {"next": None if done else paths[at], "elapsedUs": 1, "done": done}
            outcome = {"post": post, "applied": applied, "errors": errors, "toasts": []}
            ended = {"outcome": outcome} if done else {}
            yield {"kind": "transformed", **reply, **ended, **_verdict(ran)}

    def _execute(self, name: str) -> None:
        self._log.ran.append(name)
        ending = next((each for each in ENDINGS if name.startswith(each)), None)
        if ending is not None:
            raise Ended(ending)

    def _render(self, message: Json) -> Iterator[Json]:
        calls = message["calls"]
        names = [call["macro"]["name"] for call in calls]
        self._log.slices.append(message["sliceMs"])
        self._log.sizes.append(len(calls))
        if any(name.startswith("reject") for name in names):
            yield _rejected()
            return
        size = ITEMS_A_SLICE if message["sliceMs"] else 1
        for first in range(0, len(names), size):
            ran = names[first : first + size]
            for name in ran:
                self._execute(name)
            outcomes = [] if _is_mute(ran) else [_outcome(name) for name in ran]
            done = first + size >= len(names)
            reply = {"first": first, "outcomes": outcomes, "elapsedUs": 1, "done": done}
            yield {"kind": "outcomes", **reply, **_pause(ran), **_verdict(ran)}

    def _documents(self, message: Json) -> Iterator[Json]:
        documents = message["documents"]
        self._log.slices.append(message["sliceMs"])
        self._log.sizes.append(len(documents))
        if any(document["text"].startswith("reject") for document in documents):
            yield _rejected()
            return
        size = ITEMS_A_SLICE if message["sliceMs"] else 1
        part = _Slice(len(documents))
        for at, document in enumerate(documents):
            names = [name.strip("[]") for name in document["text"].split()]
            if names[:1] == ["poison"]:
                raise Ended("die")
            if size == 1 and names:
                yield part.reply(at, 0, names)
            known = _Known(message, at, self._scripts)
            outcomes: list[Json | None] = []
            for step, name in enumerate(names, start=1):
                outcome = known.outcome(step - 1, name)
                if outcome is None and not known.is_awaited(name):
                    self._execute(name)
                    part.ran.append(name)
                    outcome = _outcome(name)
                outcomes.append(outcome)
                part.steps += 1
                if step < len(names) and part.steps == size:
                    yield part.reply(at, step, names, outcome)
            part.finished.append(_document(document, names, outcomes))
            if part.steps == size or size == 1:
                yield part.reply(at + 1, 0, [])
        if part.steps or part.finished:
            yield part.reply(len(documents), 0, [])


class _Slice:
    """The part of a documents job that the next reply is about."""

    def __init__(self, total: int) -> None:
        self._total = total
        self.steps = 0
        self.ran: list[str] = []
        self.finished: list[Json] = []

    def reply(self, at: int, step: int, names: Sequence[str], last: Json | None = None) -> Json:
        """Return the reply, and begin the next slice at *step* of document *at*."""
        position: Json = {"document": at, "step": step}
        if names:
            position["script"] = f"{names[step]}.py"
        more = {**_pause(self.ran), **_verdict(self.ran)}
        if "script" in more.get("contaminated", {}) and step and not _is_mute(self.ran):
            more["settled"] = {"document": at, "step": step - 1, "outcome": last}
        finished = {"first": at - len(self.finished), "documents": self.finished}
        done = {"elapsedUs": 10, "done": at == self._total}
        self.steps, self.ran, self.finished = 0, [], []
        return {"kind": "documents", **finished, "position": position, **done, **more}


def _end(ending: str) -> str:
    """Do what an ending does to whoever waits for a reply."""
    if ending == "die":
        raise WorkerLost("crash", "the interpreter died")
    if ending == "hang":
        raise TimeoutError
    return ending


class _Known:
    """What a message says of the steps of one document."""

    def __init__(self, message: Json, at: int, scripts: Mapping[str, Json]) -> None:
        self._charged = message["charged"].get(str(at), {})
        self._known = message["known"].get(str(at), {})
        self._refused = message["refused"]
        self._scripts = scripts

    def outcome(self, step: int, name: str) -> Json | None:
        if name == "endless":
            return None
        if str(step) in self._known:
            return dict(self._known[str(step)])
        error = self._charged.get(str(step)) or self._refused.get(f"{name}.py")
        return {"error": error} if error else None

    def is_awaited(self, name: str) -> bool:
        return name == "endless" or self._scripts.get(f"{name}.py", {}).get("elsewhere", False)


def _document(document: Json, names: Sequence[str], outcomes: Sequence[Json | None]) -> Json:
    nothing: Json = {"parts": [], "macros": [], "warnings": [], "errors": []}
    if None in outcomes:
        pairs = list(enumerate(zip(names, outcomes, strict=True)))
        awaits = [
            {"step": step, "script": f"{name}.py", "call": {"macro": {"name": name}}}
            for step, (name, outcome) in pairs
            if outcome is None
        ]
        known = {str(step): outcome for step, (_, outcome) in pairs if outcome is not None}
        return {**nothing, "awaits": awaits, "known": known}
    macros: list[Json] = []
    parts: list[str | int] = []
    text, at = document["text"], 0
    for word, (name, outcome) in zip(text.split(), zip(names, outcomes, strict=True), strict=True):
        assert outcome is not None
        offset = text.index(word, at)
        parts += [text[at:offset]] if offset > at else []
        parts.append(len(macros))
        at = offset + len(word)
        macros.append(_macro(document, word, (len(macros) + 1, offset), {"name": name, **outcome}))
    parts += [text[at:]] if at < len(text) else []
    errors = [macro["error"] for macro in macros if "error" in macro]
    return {**nothing, "parts": parts, "macros": macros, "errors": errors}


def _macro(document: Json, word: str, place: tuple[int, int], made: Json) -> Json:
    """Return the report of a macro, which is a word of the document's text."""
    ordinal, offset = place
    path = {"path": document["path"]} if "path" in document else {}
    return {
        "slug": made["name"],
        "scriptId": f"id-{made['name']}",
        "raw": word,
        "display": "inline",
        "ordinal": ordinal,
        "position": {**path, "line": 1, "column": offset + 1, "offset": offset},
        "status": "error" if "error" in made else "ok",
        **made,
    }


def _outcome(name: str) -> Json:
    return {"result": {"html": f"<b>{name}</b>"}, "scriptId": f"id-{name}"}


def _rejected() -> Json:
    return {"kind": "refused", "error": {"code": "schema", "message": "not a message"}}


def _pause(ran: Sequence[str]) -> Json:
    return {"after": SLOW_S} if any(name.startswith("slow") for name in ran) else {}


def _verdict(ran: Sequence[str]) -> Json:
    """Return what a reply says of the macros that ran together."""
    if not any(name.startswith(("taint", "liar", "mute")) for name in ran):
        return {}
    is_named = len(ran) == 1 and not ran[0].startswith("liar")
    cause = {"script": f"{ran[0]}.py"} if is_named else {}
    return {"contaminated": {"what": ["json.dumps"], **cause}}


def _is_mute(ran: Sequence[str]) -> bool:
    return any(name.startswith("mute") for name in ran)


def _is_own_transform(script: Json) -> bool:
    return script["content"].startswith("transform") and not script.get("elsewhere", False)


def _info(script: Json) -> Json:
    slug = script["path"].removesuffix(".py")
    kind = "transform" if script["content"].startswith("transform") else "macro"
    names = {"path": script["path"], "id": f"id-{slug}", "slug": slug, "title": slug}
    return {
        **INFO,
        **names,
        "kind": kind,
        "origin": script["origin"],
        "sha256": hashlib.sha256(script["content"].encode()).hexdigest(),
    }
