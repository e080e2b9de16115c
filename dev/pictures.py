"""Photograph the built-in macros in a real browser: docs/images/macros/<slug>.png.

What the pages of docs/macros/ show. The examples are those of the pages, rendered by the browser
engine and put into the page that `pybridge render --html` writes. Videos and photographs are drawn
here, because nothing is fetched from outside; the words of the tag cloud are laid out by the few lines
of `_CLOUD`, as an application would do with a library.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pybridge import resources  # noqa: E402 – the checkout's own, whatever is installed
from pybridge.engines.browser import chromium  # noqa: E402 – as above
from pybridge.engines.browser.engine import BrowserEngine  # noqa: E402 – as above
from pybridge.engines.protocol import Script  # noqa: E402 – as above
from pybridge.html.policy import html_policy  # noqa: E402 – as above
from pybridge.pages.markdown import page_body  # noqa: E402 – as above
from pybridge.pages.page import document_page  # noqa: E402 – as above

OUT = ROOT / "docs" / "images" / "macros"
EXAMPLES = ROOT / "pybridge" / "build" / "codegen" / "macro_examples.toml"
SITE = "http://pictures.invalid"
SHOWN = 2
"""Examples on a picture: more would be a page, not a picture."""

_VIDEO = """<!doctype html><body style="margin:0;height:100vh;display:grid;place-items:center;
background:linear-gradient(160deg,#2b3a42,#51666f);color:#fff;font:64px sans-serif">&#9654;</body>"""

_PHOTO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><defs><linearGradient id="g"
x2="0" y2="1"><stop stop-color="hsl({hue} 45% 78%)"/><stop offset="1" stop-color="hsl({hue} 35% 52%)"/>
</linearGradient></defs><rect width="300" height="200" fill="url(#g)"/><path d="M0 200 90 90l60 70
50-60 100 100z" fill="hsl({hue} 30% 35%)"/><circle cx="230" cy="50" r="22" fill="#fff8"/></svg>"""

_CLOUD = """() => {
  for (const cloud of document.querySelectorAll("[data-tag-cloud-words]")) {
    const svg = cloud.querySelector("svg");
    const width = Number(cloud.dataset.width);
    let x = 40, y = 90;
    for (const { text, size } of JSON.parse(cloud.dataset.tagCloudWords)) {
      const word = document.createElementNS(svg.namespaceURI, "text");
      word.textContent = text;
      word.setAttribute("font-size", size * 1.4);
      word.setAttribute("fill", "currentColor");
      word.setAttribute("x", x);
      word.setAttribute("y", y);
      svg.append(word);
      x += word.getBBox().width + 40;
      if (x > width - 200) { x = 40; y += 100; }
    }
    svg.setAttribute("viewBox", `0 0 ${width} ${y + 40}`);
  }
}"""


def main() -> int:
    """Render every example and photograph it."""
    described = tomllib.loads(EXAMPLES.read_text("utf-8"))
    shared = described.pop("shared")
    OUT.mkdir(parents=True, exist_ok=True)
    pages = _rendered(described, shared)
    with sync_playwright() as playwright:
        program = chromium.find(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=program, args=chromium.flags())
        page = browser.new_page(viewport={"width": 860, "height": 200})
        page.route("**/*", lambda route: _answer(route, pages))
        for slug in pages:
            _photograph(page, slug)
        browser.close()
    return 0


def _rendered(described: dict[str, Any], shared: dict[str, Any]) -> dict[str, str]:
    """Return the HTML page of each macro's examples."""
    scripts = [
        Script(path.name, path.read_text("utf-8"), "default", True)
        for path in sorted(resources.default_scripts().glob("*.py"))
    ]
    texts = {slug: _text(each["examples"]) for slug, each in described.items()}
    documents = [{"path": f"{slug}.md", "text": text} for slug, text in texts.items()]
    policy = html_policy()
    with BrowserEngine() as engine:
        engine.load(scripts)
        rendered = engine.render_documents(documents, shared)
    return {
        slug: document_page(
            page_body(each["parts"], each["macros"], policy),
            policy,
            name=slug,
            post={},
            language="en",
        )
        for slug, each in zip(texts, rendered, strict=True)
    }


def _text(examples: list[dict[str, str]]) -> str:
    chosen = [each for each in examples if "language" not in each][:SHOWN]
    return "\n\n".join(f"`{each['text'].splitlines()[0]}`\n\n{each['text']}" for each in chosen)


def _answer(route: Route, pages: dict[str, str]) -> None:
    url = urlsplit(route.request.url)
    slug = url.path.strip("/")
    if f"{url.scheme}://{url.netloc}" != SITE:
        route.fulfill(content_type="text/html", body=_VIDEO)
    elif slug in pages:
        # The page forbids scripts and foreign pictures; the photographer needs neither to hold.
        route.fulfill(content_type="text/html; charset=utf-8", body=_without_policy(pages[slug]))
    else:
        hue = sum(map(ord, url.path)) * 47 % 360
        route.fulfill(content_type="image/svg+xml", body=_PHOTO.format(hue=hue))


def _without_policy(html: str) -> str:
    return html.replace("Content-Security-Policy", "X-Unused")


def _photograph(page: Page, slug: str) -> None:
    page.goto(f"{SITE}/{slug}")
    page.evaluate(
        "() => document.querySelectorAll('img').forEach((image) => { image.loading = 'eager' })"
    )
    page.wait_for_load_state("networkidle")
    page.evaluate(_CLOUD)
    page.screenshot(path=OUT / f"{slug}.png", full_page=True)
    sys.stdout.write(f"{(OUT / f'{slug}.png').relative_to(ROOT)}\n")


if __name__ == "__main__":
    sys.exit(main())
