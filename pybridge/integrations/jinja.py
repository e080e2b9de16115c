"""A filter for Jinja: macros in texts of a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pybridge.library import Runtime


def macros_filter(runtime: Runtime, *, preview: bool = False) -> Callable[[Any], Any]:
    """Return the filter, for `environment.filters["macros"]`; a template then has `{{ text | macros }}`.

    The text is Markdown, its HTML is sanitised and inserted as it is. Text that is marked as HTML stays HTML: only
    its macros are rendered.

    Args:
        runtime: What renders them.
        preview: Whether a failed macro leaves a visible mark.
    """
    from markupsafe import Markup  # comes with Jinja

    def macros(text: Any) -> Markup:
        if hasattr(text, "__html__"):
            rendered = runtime.render(str(text.__html__()), format="text", preview=preview)
            return Markup(rendered.output)  # the template's own HTML, and what is sanitised
        rendered = runtime.render(str(text), preview=preview)
        return Markup(rendered.html)

    return macros
