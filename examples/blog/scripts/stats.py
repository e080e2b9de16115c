"""
---
id: "6b656014-0a0c-44e1-81d3-498914ab36a3"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "stats"
title: "Post statistics"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2023-03-05T20:14:09.000Z"
updatedAt: "2023-11-19T11:22:58.204Z"
---
"""

"""What the post itself knows: its day, its length, its tags. Takes no params: [[stats]]."""

import re
from html import escape

NEEDS = []
PARAMS = {"type": "object", "properties": {}}
WORDS_PER_MINUTE = 220
MACRO = re.compile(r"\[\[[^\]]*\]\]")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(post: dict) -> list[str]:
    iso = post.get("publishedAt") or post.get("createdAt")
    if not iso:
        return []
    year, month, number = iso[:10].split("-")
    return [f"{int(number)} {MONTHS[int(month) - 1]} {int(year)}"]


def length(post: dict) -> list[str]:
    """Return words and minutes, or nothing where the post comes without its content."""
    words = len(MACRO.sub(" ", post.get("content") or "").split())
    return [f"{words} words", f"{-(-words // WORDS_PER_MINUTE)} min"] if words else []


def render(context: dict) -> dict:
    post = context.get("post") or {}
    tags = [f"<em>#{escape(tag)}</em>" for tag in post.get("tags") or []]
    parts = day(post) + length(post) + ([" ".join(tags)] if tags else [])
    element = "span" if context["macro"].get("display") == "inline" else "p"
    return {"html": f'<{element} class="post-stats">{" · ".join(parts)}</{element}>'}
