"""
---
id: "e08eed10-7c77-4bb2-8394-fef43e730b74"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "distance"
title: "Distance"
kind: "macro"
entrypoint: "render"
enabled: true
version: 4
createdAt: "2023-03-05T19:26:31.000Z"
updatedAt: "2024-06-15T06:58:12.340Z"
---
"""

"""A distance in the reader's unit: [[distance km=264 unit="both"]]."""

PARAMS = {
    "type": "object",
    "required": ["km"],
    "properties": {
        "km": {"type": "number", "title": "Kilometres", "minimum": 0},
        "unit": {
            "type": "string",
            "title": "Unit",
            "enum": ["km", "mi", "both"],
            "default": "km",
        },
    },
}
NEEDS = []
MILES_PER_KM = 0.621371
NO_BREAK = "\u00a0"


def tidy(value: float) -> str:
    """Write whole numbers from ten up, one decimal below."""
    if value >= 10:
        return f"{round(value):,}"
    return f"{round(value, 1):.1f}".removesuffix(".0")


def render(context: dict) -> dict:
    km = context["params"]["km"]
    unit = context["params"].get("unit", "km")
    metric = f"{tidy(km)}{NO_BREAK}km"
    miles = f"{tidy(km * MILES_PER_KM)}{NO_BREAK}miles"
    return {"text": {"mi": miles, "both": f"{metric} ({miles})"}.get(unit, metric)}
