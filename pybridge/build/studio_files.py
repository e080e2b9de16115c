"""Put the studio's page into a built folder, as files for a host that gives it the service."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pybridge import resources
from pybridge.build import site
from pybridge.build.sbom.folder import FILE as SBOM
from pybridge.build.sbom.folder import add_packages
from pybridge.build.studio_page import PACKAGES, built_page

FOLDER = "studio"
"""Where the page is in a built folder."""
_BUNDLED = ("studio.js", "studio.css")
_PLAIN = ("preview.html", "preview.css", "icon.svg")
_OF_A_SERVER = {' nonce="{nonce}"': "", 'data-runtime="runtime/"': 'data-runtime="../"'}
"""What a page has to say otherwise that is a file: nobody makes a nonce for it, and the runtime is around it."""


def add_studio(folder: Path) -> None:
    """Add the studio's page to the built *folder*, for a host that gives it the service.

    Raises:
        PybridgeError: it has to be built and cannot be.
    """
    out = folder / FOLDER
    out.mkdir()
    bundled, written = built_page(), resources.studio_page()
    found = [bundled / name for name in _BUNDLED]
    found += [written / name for name in _PLAIN]
    for path in (*found, resources.page_style()):
        shutil.copyfile(path, out / path.name)
    (out / "index.html").write_text(_static_page(), "utf-8")
    add_packages(folder, json.loads((bundled / PACKAGES).read_text("utf-8")))
    added = sorted(f"{FOLDER}/{path.name}" for path in out.iterdir())
    site.add_to_manifest(folder, (*added, SBOM))


def _static_page() -> str:
    text = (resources.studio_page() / "index.html").read_text("utf-8")
    for served, static in _OF_A_SERVER.items():
        if served not in text:
            raise RuntimeError(f"the studio's index.html has no {served!r} any more")
        text = text.replace(served, static)
    return text
