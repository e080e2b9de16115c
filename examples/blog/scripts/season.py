"""
---
id: "3470d36a-f64a-4fcc-90a7-d47b9d8c522d"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "season"
title: "Season"
kind: "macro"
entrypoint: "render"
enabled: true
version: 2
createdAt: "2024-01-14T14:07:45.000Z"
updatedAt: "2024-01-14T16:20:19.530Z"
---
"""

"""The season a post was written in: [[season]], or [[jahreszeit]] for the German word.

`on="2024-02-11"` asks for another day than the post's own.
"""

ALIASES = ["jahreszeit"]
NEEDS = []
PARAMS = {
    "type": "object",
    "properties": {
        "on": {
            "type": "string",
            "title": "Day",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        },
    },
}
ENGLISH = (
    "deep winter", "late winter", "early spring", "spring", "late spring", "early summer",
    "high summer", "late summer", "early autumn", "autumn", "late autumn", "early winter",
)  # fmt: skip
GERMAN = (
    "Hochwinter", "Spätwinter", "Vorfrühling", "Frühling", "Spätfrühling", "Frühsommer",
    "Hochsommer", "Spätsommer", "Frühherbst", "Herbst", "Spätherbst", "Frühwinter",
)  # fmt: skip


def day(context: dict) -> str:
    post = context.get("post") or {}
    found = context["params"].get("on") or post.get("publishedAt") or post.get("createdAt")
    if not found:
        raise ValueError('no date to go by: write [[season on="2024-02-11"]]')
    return found


def render(context: dict) -> dict:
    month = int(day(context)[5:7])
    names = GERMAN if context["macro"]["name"] == "jahreszeit" else ENGLISH
    return {"text": names[month - 1]}
