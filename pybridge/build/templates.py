"""Render the templates of web_worker/; the only door to Jinja2."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pybridge import resources


def render(name: str, **facts: object) -> str:
    """Return template *name* filled with *facts*; a fact that is missing is an error.

    Nothing is escaped: the templates hold code, and facts that go into code come as JSON (`tojson`).
    """
    environment = Environment(
        loader=FileSystemLoader(resources.web_worker() / "templates"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        # JavaScript and a static frame: no user's text comes through here.
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name).render(**facts)


def render_page(template: Path, **facts: object) -> str:
    """Return an HTML page from a *template* file; facts are escaped unless they are marked as HTML."""
    environment = Environment(
        loader=FileSystemLoader(template.parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template.name).render(**facts)
