"""
---
id: "646e10a9-4edb-44eb-a84d-47af41fee77b"
projectId: "6f1f3c0e-58a4-4b0b-9a0e-2d5f3f0b7c11"
slug: "recipe"
title: "Recipe card"
kind: "macro"
entrypoint: "render"
enabled: true
version: 5
createdAt: "2023-06-18T10:40:02.000Z"
updatedAt: "2024-09-21T15:05:33.671Z"
---
"""

"""A recipe card, scaled to the people at the table.

The body is an ordinary list of ingredients and a numbered list of steps, so that the post
stays readable without the macro:

    [[recipe title="Pancakes" written_for=2 serves=4]]
    - 125 g flour
    - 2 eggs

    1. Whisk.
    2. Fry.
    [[/recipe]]
"""

import re
from fractions import Fraction
from html import escape

BODY = True
NEEDS = []
PARAMS = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "title": "Title"},
        "serves": {"type": "integer", "title": "Serves", "minimum": 1, "default": 2},
        "written_for": {
            "type": "integer",
            "title": "Written for",
            "description": "How many people the amounts in the body are for; default: serves",
            "minimum": 1,
        },
    },
}
GLYPHS = {
    Fraction(1, 4): "¼",
    Fraction(1, 3): "⅓",
    Fraction(1, 2): "½",
    Fraction(2, 3): "⅔",
    Fraction(3, 4): "¾",
}
INGREDIENT = re.compile(r"- (.+)")
STEP = re.compile(r"[0-9]+\. (.+)")
AMOUNT = re.compile(r"([0-9]+(?:/[1-9][0-9]*)?)( .+)")


def amount_text(amount: Fraction) -> str:
    whole, rest = divmod(amount, 1)
    if rest == 0:
        return str(whole)
    if rest in GLYPHS:
        return f"{whole or ''}{GLYPHS[rest]}"
    return f"{round(float(amount), 1):.1f}".removesuffix(".0")


def scaled(ingredient: str, factor: Fraction) -> str:
    found = AMOUNT.fullmatch(ingredient)
    if not found:
        return ingredient
    return amount_text(Fraction(found[1]) * factor) + found[2]


def parse(body: str) -> tuple[list[str], list[str]]:
    """Split the body into ingredients and steps; a wrapped line belongs to the item above."""
    ingredients: list[str] = []
    steps: list[str] = []
    current = ingredients
    for line in (raw.strip() for raw in body.split("\n")):
        for pattern, items in ((INGREDIENT, ingredients), (STEP, steps)):
            if found := pattern.fullmatch(line):
                current = items
                current.append(found[1])
                break
        else:
            if line and current:
                current[-1] += " " + line
    return ingredients, steps


def listing(tag: str, items: list[str]) -> str:
    if not items:
        return ""
    return f"<{tag}>" + "".join(f"<li>{escape(item)}</li>" for item in items) + f"</{tag}>"


def render(context: dict) -> dict:
    params = context["params"]
    serves = params.get("serves", 2)
    factor = Fraction(serves, params.get("written_for", serves))
    ingredients, steps = parse(context.get("body") or "")
    if not ingredients:
        raise ValueError("a recipe needs a list of ingredients between its tokens")
    shown = [scaled(ingredient, factor) for ingredient in ingredients]
    return {
        "html": (
            f'<section class="recipe"><h3>{escape(params["title"])}</h3>'
            f'<p class="recipe-serves">Serves {serves}</p>'
            f"{listing('ul', shown)}{listing('ol', steps)}</section>"
        )
    }
