"""
---
id: "d2b0c7f6-0f0e-4f57-9a43-0a8a3d2e9b11"
projectId: "default"
slug: "reading_time"
title: "Reading \"time\" – C:\\words"
kind: "macro"
entrypoint: "render"
enabled: true
version: 3
createdAt: "2026-02-24T08:00:01.000Z"
updatedAt: "2026-02-25T21:13:40.120Z"
---
"""
def render(context, post=None):
	words = len(((post or {}).get("content") or context["params"].get("text", "")).split())
	minutes = max(1, round(words / int(context["params"].get("wpm", 200))))
	return {"html": f"<span class=\"reading-time\">{minutes} min</span>"}