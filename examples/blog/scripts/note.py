"""
---
id: "080163af-f38a-45b6-8617-886e2d53be56"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "note"
title: "Note"
kind: "macro"
entrypoint: "render"
enabled: true
version: 3
createdAt: "2023-04-02T09:03:54.000Z"
updatedAt: "2024-08-11T12:30:47.902Z"
---
"""

"""A note beside the text: [[note kind="tip"]]any *Markdown*[[/note]]."""

BODY = True
NEEDS = []
PARAMS = {
    "type": "object",
    "properties": {
        "kind": {
            "type": "string",
            "title": "Kind",
            "enum": ["note", "tip", "warning", "memory"],
            "default": "note",
        },
        "title": {
            "type": "string",
            "title": "Title",
            "description": "Printed instead of the kind's own word",
        },
    },
}
WORDS = {"note": "Note", "tip": "Tip", "warning": "Careful", "memory": "I remember"}


def quoted(text: str) -> str:
    """Turn text into a Markdown quote, so that lists and links inside go on working."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def render(context: dict) -> dict:
    params = context["params"]
    body = (context.get("body") or "").strip()
    heading = params.get("title") or WORDS.get(params.get("kind", "note"), "Note")
    if not body:
        return {"text": "", "warnings": ["a note without a text: is its [[/note]] missing?"]}
    if context["macro"].get("display") == "inline":
        return {"markdown": f"*({heading}: {body})*"}
    return {"markdown": quoted(f"**{heading}**\n\n{body}")}
