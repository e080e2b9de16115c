"""npm packages whose code is in a bundle, as the lock file has them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from pybridge import resources
from pybridge.build.sbom.document import Component

VALIDATORS = "packages.json"
"""In web_worker/generated/: the packages whose code is in validators.js."""


def of_validators() -> list[str]:
    """Return the places of the packages whose code is in the generated validators."""
    text = (resources.web_worker() / "generated" / VALIDATORS).read_text("utf-8")
    places: list[str] = json.loads(text)["packages"]
    return places


def listing(heading: str, places: Iterable[str]) -> str:
    """Return the text of that file."""
    source = f"{heading} Source: web_worker/tools/validators.mjs."
    return json.dumps({"about": source, "packages": list(places)}, indent=1) + "\n"


def locked(places: Iterable[str]) -> tuple[Component, ...]:
    """Return packages by their places, as `node_modules/@scope/name`, in order and each once."""
    lock = json.loads((resources.root() / "package-lock.json").read_text("utf-8"))
    return tuple(_component(place, lock["packages"][place]) for place in sorted(set(places)))


def _component(place: str, entry: dict[str, Any]) -> Component:
    name = place.rpartition("node_modules/")[2]
    algorithm, _, digest = str(entry["integrity"]).partition("-")
    return Component(
        name,
        entry["version"],
        entry["license"],
        f"pkg:npm/{quote(name)}@{entry['version']}",
        hashes=((f"SHA-{algorithm.removeprefix('sha')}", base64.b64decode(digest).hex()),),
    )
