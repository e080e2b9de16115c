"""A host for tests: it talks to the engine as every host does, in JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pybridge.macros.syntax.margins import with_margin
from pybridge.macros.wire import Session

Json = dict[str, Any]
DEFAULT_SCRIPTS = Path(__file__).parents[3] / "default_scripts"


class Host:
    """A session and the loop around it."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, str]] = []
        self.session = Session(lambda stream, text: self.emitted.append((stream, text)))
        self._number = 0

    def send(self, kind: str, **fields: Any) -> list[Json]:
        """Send a message and return all replies."""
        self._number += 1
        return self.send_text(json.dumps({"kind": kind, "id": self._number, **fields}))

    def send_text(self, text: str) -> list[Json]:
        """Send a message as it is and return all replies."""
        reply = self.session.handle(text)
        replies = [json.loads(reply[1:])]
        while reply[0] == "+":
            reply = self.session.step()
            replies.append(json.loads(reply[1:]))
        assert reply[0] == "."
        return replies

    def load(self, origin: str = "project", **scripts: str) -> list[Json]:
        """Load scripts by slug and return what is known of them."""
        sources = [
            {"path": f"scripts/{slug}.py", "content": content, "origin": origin}
            for slug, content in scripts.items()
        ]
        known: list[Json] = self.send("load", scripts=sources)[0]["scripts"]
        return known

    def load_defaults(self) -> None:
        """Load the built-in macros."""
        for path in sorted(DEFAULT_SCRIPTS.glob("*.py")):
            source = {"path": path.name, "content": path.read_text("utf-8"), "origin": "default"}
            self.send("load", scripts=[source])

    def render(self, calls: Sequence[Any], slice_ms: float = 60_000) -> list[Json]:
        """Return the outcomes of calls."""
        replies = self.send("render", calls=calls, sliceMs=slice_ms)
        assert all(reply["kind"] == "outcomes" for reply in replies), replies
        return [outcome for reply in replies for outcome in reply["outcomes"]]

    def call(self, name: str, params: Mapping[str, Any] | None = None, **fields: Any) -> Json:
        """Return the outcome of one call."""
        return self.render([call(name, params, **fields)])[0]

    def documents(self, documents: Sequence[Any], **fields: Any) -> list[Json]:
        """Return the outcomes of documents."""
        message = {"shared": {}, "sliceMs": 60_000, **fields}
        replies = self.send("documents", documents=documents, **message)
        assert all(reply["kind"] == "documents" for reply in replies), replies
        return [document for reply in replies for document in reply["documents"]]

    def document(self, text: str, **fields: Any) -> Json:
        """Return the outcome of one document."""
        return self.documents([{"text": text, "path": "posts/trip.md", **fields}])[0]

    def run(self, script: str, *args: str) -> Json:
        """Run a program given by its source."""
        wanted = {"path": "scripts/tool.py", "content": script}
        return self.send("run", script=wanted, args=list(args))[0]


def call(name: str, params: Mapping[str, Any] | None = None, **fields: Any) -> Json:
    """Return a call.v1."""
    return {
        "abi": 1,
        "macro": {"name": name},
        "params": dict(params or {}),
        "env": {"isPreview": False},
        **fields,
    }


def splice(document: Json) -> str:
    """Return a document with its macros' outputs in place, as a host that trusts them would."""
    pieces = []
    for at, part in enumerate(document["parts"], start=1):
        if isinstance(part, str):
            pieces.append(part)
            continue
        macro, after = document["macros"][part], "".join(map(str, document["parts"][at : at + 1]))
        result = macro.get("result", {"html": ""})
        outputs = [result[kind] for kind in ("html", "markdown", "text") if kind in result]
        pieces += [with_margin(output, macro.get("margin", ""), after) for output in outputs]
    return "".join(pieces)


def returning(expression: str, head: str = "") -> str:
    """Return a macro's source that returns *expression* as html."""
    return f"{head}\ndef render(context):\n    return {{'html': {expression}}}\n"
