"""The outcome of one macro, kept as HTML alone while that is all there is."""

from __future__ import annotations

from pybridge.macros.values import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]

_quote = json_text.quote


class Outcome:
    """An outcome.v1. Most macros return HTML and nothing else: for those no dict is made."""

    __slots__ = ("html", "rest")

    def __init__(self, html: str | None, rest: Json | None = None) -> None:
        self.html = html
        """The HTML if nothing else came out, else None."""
        self.rest = rest
        """The whole outcome.v1 otherwise."""

    @property
    def output(self) -> tuple[str, str] | None:
        """The kind of the result, `html`, `markdown` or `text`, and its text; None of an error."""
        if self.html is not None:
            return "html", self.html
        result = (self.rest or {}).get("result")
        if result is None:
            return None
        kind = next(each for each in ("html", "markdown", "text") if each in result)
        return kind, result[kind]

    @property
    def message(self) -> str:
        """What an error says."""
        assert self.rest is not None
        return str(self.rest["error"]["message"])

    def with_output(self, kind: str, text: str) -> Outcome:
        """Return it with another text of the same kind."""
        if self.html is not None:
            return Outcome(text)
        assert self.rest is not None
        return Outcome(None, {**self.rest, "result": {**self.rest["result"], kind: text}})

    def to_json(self, script: Script) -> Json:
        """Return it as outcome.v1; *script* is the one that made it."""
        if self.rest is not None:
            return self.rest
        return {"result": {"html": self.html}, "scriptId": script.id}

    def warned(self, script: Script, warning: Json) -> Outcome:
        """Return it with one more warning."""
        rest = self.to_json(script)
        return Outcome(None, {**rest, "warnings": [*rest.get("warnings", ()), warning]})

    def write(self, script: Script) -> str:
        """Return it as JSON text."""
        if self.html is not None:
            return f'{{"result":{{"html":{_quote(self.html)}}},"scriptId":{script.json_id}}}'
        return json_text.write(self.rest)
