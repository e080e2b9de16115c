"""Pictures in the rendered document: of the project, of elsewhere, missing, and with script inside."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from e2e.studio.conftest import Author

ACTIVE = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="parent.postMessage('hi')">
<script>top.wasHere = true; document.documentElement.setAttribute("width", "99")</script><rect width="9" height="9"/></svg>
"""
DOCUMENT = """# Pictures

![beside](beside.png) ![above](../media/root.png) ![rooted](/media/root.png)

![drawn](/media/drawing.svg)

![lost](lost.png) ![elsewhere](https://pictures.example/x.png)
"""


def picture(width: int) -> bytes:
    """Return a PNG, *width* pixels wide and one high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    size = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * (width + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + rows + chunk(b"IEND", b"")


@pytest.fixture
def project(project: Path) -> Path:
    (project / "media").mkdir()
    (project / "posts" / "beside.png").write_bytes(picture(3))
    (project / "media" / "root.png").write_bytes(picture(5))
    (project / "media" / "drawing.svg").write_text(ACTIVE)
    (project / "posts" / "soup.md").write_text(DOCUMENT)
    return project


def width(image: Locator) -> int:
    """Return how wide a picture is by itself, once it is there."""
    loaded: int = image.evaluate("(image) => image.decode().then(() => image.naturalWidth)")
    return loaded


def test_a_document_shows_the_pictures_of_its_project(author: Author) -> None:
    asked: list[str] = []
    author.page.context.on("request", lambda request: asked.append(request.url))
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    images = author.rendered.locator("img[src]")
    expect(images).to_have_count(4)
    found = {
        name: width(author.rendered.get_by_role("img", name=name, exact=True))
        for name in ("beside", "above", "rooted", "drawn")
    }
    assert found == {"beside": 3, "above": 5, "rooted": 5, "drawn": 40}
    missing = author.rendered.locator(".missing")
    expect(missing.first).to_have_text("lost")
    expect(missing.first).to_have_attribute("title", "'posts/lost.png': no such file")
    expect(missing.last).to_have_text("Picture from pictures.example, shown on the finished page")
    assert not any("pictures.example" in url for url in asked)
    assert author.page.evaluate("globalThis.wasHere") is None, "a drawing runs no script"
    author.write_document(DOCUMENT + "\nMore.\n")
    expect(author.rendered).to_contain_text("More.")
    assert width(author.rendered.get_by_role("img", name="beside")) == 3
    fetched = [url for url in asked if url.endswith("/media/posts/beside.png")]
    assert len(fetched) == 1, "a picture is not fetched again at every key"
    complaints = [each for each in author.complaints if "404 (Not Found)" not in each]
    author.complaints[:] = complaints
