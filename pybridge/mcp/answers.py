"""The answer of a tool: text for people, a structured value, links to what is too long for an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pybridge.mcp.kept import KeptOutputs, Link
from pybridge.mcp.runs.result import RunResult, Stream

INLINE_BYTES = 32 * 1024
"""Of a stream or a value in an answer."""
TEXT_CHARACTERS = 8_000
"""Of the text of an answer."""
MOST_ARTIFACTS = 32
MOST_ARTIFACTS_BYTES = 200 * 1000 * 1000
PICTURE_BYTES = 100 * 1024
"""Of a picture that comes with the answer itself."""

_PICTURES: Mapping[bytes, str] = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """A picture in an answer."""

    content: bytes
    mime_type: str


@dataclass(frozen=True)
class Answer:
    """The answer of a tool."""

    text: str
    structured: Mapping[str, Any] | None = None
    links: Sequence[Link] = ()
    picture: Picture | None = None
    is_error: bool = False


@dataclass
class RunAnswer:
    """The parts of the answer about a run."""

    run_id: str
    result: RunResult
    more: Mapping[str, Any]
    """Members of run-result.v1 that the run itself does not know: policy, limits, session."""
    notes: list[str] = field(default_factory=list)

    def to_answer(self, kept: KeptOutputs) -> Answer:
        """Keep what is too long, and return the answer."""
        result = self.result
        links: list[Link] = []
        streams = {
            name: self._stream(kept, name, stream, links)
            for name, stream in (("stdout", result.stdout), ("stderr", result.stderr))
        }
        value, is_value_cut = self._value(kept, links)
        artifacts = self._artifacts(kept)
        structured = {
            "runId": self.run_id,
            "status": result.status,
            "exitCode": result.exit_code,
            **{name: text for name, (text, _) in streams.items()},
            "truncated": {
                **{name: is_cut for name, (_, is_cut) in streams.items()},
                "value": is_value_cut,
            },
            "value": value,
            "error": None if result.error is None else result.error.to_json(),
            "message": result.message,
            "artifacts": [link.to_json() for link in artifacts],
            "outputs": [link.to_json() for link in links],
            "usage": {
                "durationMs": round(result.duration_ms, 1),
                "stdoutBytes": len(result.stdout.content),
                "stderrBytes": len(result.stderr.content),
            },
            "notes": self.notes,
            **self.more,
        }
        text = _text(structured, result.status != "ok")
        picture = _picture(result.artifacts)
        return Answer(text, structured, [*artifacts, *links], picture, result.status != "ok")

    def _stream(
        self, kept: KeptOutputs, name: str, stream: Stream, links: list[Link]
    ) -> tuple[str, bool]:
        text = stream.text
        shown = head_and_tail(text, INLINE_BYTES)
        if shown != text:
            links.append(kept.keep(self.run_id, name, stream.content, "text/plain"))
        if stream.is_cut:
            self.notes.append(f"{name} was longer than the limit; the rest was dropped")
        return shown, shown != text or stream.is_cut

    def _value(self, kept: KeptOutputs, links: list[Link]) -> tuple[Any, bool]:
        value = self.result.value
        whole = json.dumps(value, ensure_ascii=False).encode("utf-8")
        if len(whole) <= INLINE_BYTES:
            return value, False
        links.append(kept.keep(self.run_id, "value.json", whole, "application/json"))
        return None, True

    def _artifacts(self, kept: KeptOutputs) -> list[Link]:
        found: list[Link] = []
        size = 0
        for name, content in sorted(self.result.artifacts.items()):
            size += len(content)
            if len(found) >= MOST_ARTIFACTS or size > MOST_ARTIFACTS_BYTES:
                left = len(self.result.artifacts) - len(found)
                self.notes.append(
                    f"{left} artifacts were dropped: at most {MOST_ARTIFACTS} are kept"
                )
                break
            found.append(kept.keep(self.run_id, name, content))
        return found


def head_and_tail(text: str, most: int) -> str:
    """Return *text*, or its beginning and its end with a line between them, in at most *most* bytes of UTF-8."""
    raw = text.encode("utf-8")
    if len(raw) <= most:
        return text
    half = (most - 80) // 2
    head = raw[:half].decode("utf-8", "ignore")
    tail = raw[-half:].decode("utf-8", "ignore")
    left = len(raw) - len(head.encode("utf-8")) - len(tail.encode("utf-8"))
    return f"{head}\n… {left:,} bytes left out …\n{tail}"


def _text(structured: Mapping[str, Any], is_error: bool) -> str:
    """Return what people, and clients without structured results, see."""
    parts = []
    if is_error:
        error = structured["error"]
        reason = structured["message"] or f"{error['type']}: {error['message']}"
        parts.append(f"error: {reason}")
        if error["traceback"]:
            parts.append(error["traceback"].rstrip("\n"))
    for name in ("stdout", "stderr"):
        if structured[name]:
            parts.append(f"{name}:\n{structured[name]}")
    if structured["value"] is not None:
        parts.append(f"result:\n{json.dumps(structured['value'], ensure_ascii=False, indent=2)}")
    parts += structured["notes"]
    return head_and_tail("\n".join(parts) or "ok", TEXT_CHARACTERS)


def _picture(artifacts: Mapping[str, bytes]) -> Picture | None:
    """Return the first picture that is small enough to come with the answer."""
    for _, content in sorted(artifacts.items()):
        mime = next((mime for start, mime in _PICTURES.items() if content.startswith(start)), None)
        if mime is not None and len(content) <= PICTURE_BYTES:
            return Picture(content, mime)
    return None
