"""What stands on the page stays where it is while Python starts."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext

from e2e.studio.conftest import opened
from e2e.studio.running import Running

WATCH = """if (window === top) {
  const parts = [".sidebar", ".work", ".panel", ".status", ".preview > .editor", ".preview > .page"];
  globalThis.places = Object.fromEntries(parts.map((part) => [part, []]));
  const look = () => {
    for (const part of parts) {
      const box = document.querySelector(part)?.getBoundingClientRect();
      const place = box && [box.x, box.y, box.width, box.height].map(Math.round).join(" ");
      if (place && places[part].at(-1) !== place) places[part].push(place);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
"""Writes down, at each frame, where each part of the page is, if it has moved."""


def test_the_parts_stay_where_they_are_first_shown(
    studio: Running, context: BrowserContext
) -> None:
    context.add_init_script(WATCH)
    author = opened(studio, context)
    places: dict[str, list[Any]] = author.page.evaluate("places")
    assert {part: len(each) for part, each in places.items()} == dict.fromkeys(places, 1), places
