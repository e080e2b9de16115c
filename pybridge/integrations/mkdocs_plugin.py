"""A plugin of MkDocs: macros in the pages of a site."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin

from pybridge.errors import PybridgeError
from pybridge.integrations.python_markdown import MacrosExtension
from pybridge.library import Runtime

LOGGER = logging.getLogger("mkdocs.plugins.pybridge")


class Options(Config):  # type: ignore[no-untyped-call] # the host is not typed for this
    """What `mkdocs.yml` may say of the plugin."""

    project = config_options.Optional(config_options.Type(str))
    """The folder with `scripts/`, relative to mkdocs.yml; without it the folder of mkdocs.yml."""
    engine = config_options.Type(str, default="wasi")
    strict = config_options.Type(bool, default=False)
    """Whether a macro that fails ends the build."""


class MacrosPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Renders macros in all pages; their errors are warnings of the build, which `mkdocs build --strict` refuses."""

    def __init__(self) -> None:
        super().__init__()
        self._extension: MacrosExtension | None = None

    def on_config(self, config: Any) -> Any:
        """Add the extension to those that convert the pages."""
        self._close()
        folder = Path(config.config_file_path).parent
        try:
            runtime = Runtime(
                project=_project(folder, self.config.project), engine=self.config.engine
            )
        except PybridgeError as error:
            raise PluginError(f"pybridge: {error}") from error
        self._extension = MacrosExtension(runtime=runtime)
        config.markdown_extensions.append(self._extension)
        return config

    def on_page_content(self, html: str, /, *, page: Any, **_: Any) -> str:
        """Report what failed in a page."""
        rendered = self._extension.rendered if self._extension is not None else None
        for problem in (*rendered.errors, *rendered.warnings) if rendered is not None else ():
            LOGGER.warning("%s: %s", page.file.src_uri, problem)
        if rendered is not None and rendered.errors and self.config.strict:
            raise PluginError(f"pybridge: {page.file.src_uri} has macros that failed")
        return html

    def on_build_error(self, **_: Any) -> None:
        """End the sandbox."""
        self._close()

    def on_post_build(self, **_: Any) -> None:
        """End the sandbox; the next build starts another."""
        self._close()

    def _close(self) -> None:
        extension, self._extension = self._extension, None
        if extension is not None:
            extension.runtime.close()


def _project(folder: Path, named: str | None) -> Path | None:
    if named is not None:
        return folder / named
    is_project = (folder / "scripts").is_dir() or (folder / "pybridge.toml").is_file()
    return folder if is_project else None
