"""
---
id: "5c9d6f10-3f3e-4f0a-9d57-2b1c1f7a5e01"
projectId: "pybridge"
slug: "parity_quiet"
title: "Switched off"
kind: "macro"
entrypoint: "render"
enabled: false
version: 1
createdAt: "2026-03-02T12:00:00.000Z"
updatedAt: "2026-03-02T12:00:00.000Z"
---
"""


def render(context):
    return {"text": "never"}
