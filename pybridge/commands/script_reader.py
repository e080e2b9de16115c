"""Read scripts with the sandbox's Python when this one cannot parse them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from pybridge import notices
from pybridge.engines import DEFAULT_ENGINE, open_engine
from pybridge.engines.protocol import Engine
from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.workspace import Workspace


class EngineScriptReader:
    """Asks the default engine; it is started at the first question. A context manager."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._is_missing = False

    def __call__(self, path: str, content: str) -> dict[str, Any] | None:
        """Return script.v1; None when there is no engine to ask."""
        try:
            if self._engine is None and not self._is_missing:
                self._engine = open_engine(DEFAULT_ENGINE, notify=notices.waiting)
            if self._engine is None:
                return None
            script: dict[str, Any] = self._engine.check(path, content)["script"]
            return script
        except PybridgeError:  # the reading of the Python at hand is used
            self._is_missing = True
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._engine is not None:
            self._engine.close()


@contextmanager
def open_workspace(project: Project, disk: Disk | None = None) -> Iterator[Workspace]:
    """Open a project's files, with the sandbox's Python to read scripts."""
    with EngineScriptReader() as reader:
        yield Workspace(project, disk or Disk(), reader)
