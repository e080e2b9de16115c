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

"""What the post itself knows: words, reading time, tags. Takes no params: [[stats]]."""

import re
from html import escape

NEEDS = []
PARAMS = {"type": "object", "properties": {}}
WORDS_PER_MINUTE = 220
MACRO = re.compile(r"\[\[[^\]]*\]\]")


def render(context: dict) -> dict:
    post = context.get("post") or {}
    words = len(MACRO.sub(" ", post.get("content") or "").split())
    minutes = max(1, -(-words // WORDS_PER_MINUTE))
    parts = [f"{words} words", f"{minutes} min"]
    tags = "".join(f" <em>#{escape(tag)}</em>" for tag in post.get("tags") or [])
    tag = "span" if context["macro"].get("display") == "inline" else "p"
    return {"html": f'<{tag} class="post-stats">{" · ".join(parts)}{tags}</{tag}>'}
