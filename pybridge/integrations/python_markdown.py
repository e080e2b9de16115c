"""An extension of Python-Markdown: macros in its documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from pybridge.html.splice import replacement
from pybridge.html.text import escape
from pybridge.library import Limits, Rendered, Runtime
from pybridge.macros.syntax.margins import with_margin

_TOKEN = re.compile(f"{STX}pybridge([0-9]+){ETX}")
_INDENTED = re.compile(rf"(?: {{4}}|\t).*{_TOKEN.pattern}")
_PRIORITY = 29
"""Behind `normalize_whitespace` (30), which removes the marks of the stash, before code and HTML blocks."""


class MacrosExtension(Extension):  # type: ignore[misc] # the host is not typed
    """Renders the macros of a document before Python-Markdown converts it.

    Give it a `runtime`, or what `pybridge.Runtime` takes: `project`, `scripts`, `engine`, `limits`. The errors and
    warnings of the last document are in `rendered`.
    """

    def __init__(
        self,
        *,
        runtime: Runtime | None = None,
        project: str | None = None,
        scripts: Mapping[str, str] | str | None = None,
        engine: str = "wasi",
        limits: Limits | None = None,
    ) -> None:
        """Prepare; the sandbox starts with the first document.

        Args:
            runtime: One that others use, too; nothing else is taken then.
            project: Folder of a project.
            scripts: Instead: sources by name, or a folder of `.py` files.
            engine: Where scripts run.
            limits: Their limits.
        """
        super().__init__()
        self.runtime = runtime or Runtime(
            project=project, scripts=scripts, engine=engine, limits=limits
        )
        self.rendered: Rendered | None = None

    def extendMarkdown(self, md: Markdown) -> None:  # the name that the host calls
        """Take part in the conversions of *md*."""
        md.preprocessors.register(_Macros(md, self), "pybridge", _PRIORITY)


class _Macros(Preprocessor):  # type: ignore[misc] # the host is not typed
    def __init__(self, md: Markdown, extension: MacrosExtension) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, lines: Sequence[str]) -> list[str]:
        extension = self._extension
        rendered = extension.runtime.render("\n".join(lines), post={})
        extension.rendered = rendered
        return self._source(rendered).split("\n")

    def _source(self, rendered: Rendered) -> str:
        parts, in_code = rendered.source.parts, self._in_code(rendered)
        return "".join(
            part if isinstance(part, str)
            else rendered.macros[part].raw if part in in_code
            else self._spliced(rendered, part, parts[at : at + 1])
            for at, part in enumerate(parts, start=1)
        )  # fmt: skip

    def _in_code(self, rendered: Rendered) -> set[int]:
        """Return the macros in indented code, which only this converter tells from the content of its lists."""
        lines = rendered.source.text_with(lambda index: f"{STX}pybridge{index}{ETX}").split("\n")
        if not any(_INDENTED.match(line) for line in lines):
            return set()
        root = self.md.parser.parseDocument(lines).getroot()
        codes = (code.text or "" for code in root.iter("code"))
        return {int(index) for code in codes for index in _TOKEN.findall(code)}

    def _spliced(self, rendered: Rendered, index: int, after: Sequence[str | int]) -> str:
        macro = rendered.source.macros[index]
        result = macro.get("result") or {}
        if macro["status"] == "ok" and "markdown" in result:
            return with_margin(
                result["markdown"], macro.get("margin", ""), "".join(map(str, after))
            )
        return self._stashed(macro, escape(result["text"]) if "text" in result else None)

    def _stashed(self, macro: Mapping[str, Any], text: str | None) -> str:
        html = replacement(macro, preview=False) if text is None else text
        return str(self.md.htmlStash.store(html)) if html else ""


def makeExtension(**options: Any) -> MacrosExtension:  # the name that the host calls
    """Return the extension for `markdown.markdown(…, extensions=["pybridge"])`."""
    return MacrosExtension(**options)
