"""The tools that an application offers to its scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pybridge.app_tools import AppTools, Recorder, Replay, Tool, require_switched_on
from pybridge.engines.protocol import AnswerCalls, OpenTools
from pybridge.errors import UsageError
from pybridge.project.discover import Project, ProjectOrBuiltIns

Tools = Mapping[str, Tool | Callable[..., Any]]
"""By their names: a plain function takes and returns any JSON value."""
Allow = Mapping[str, Sequence[str]]
"""The names of the tools that a script may call, by its slug."""


class Recording:
    """The calls of a run and their answers: one JSON object a line."""

    def __init__(self) -> None:
        self.text = ""
        """What `Runtime.run(replay=…)` takes; empty before the run has ended."""


def app_tools_of(
    project: ProjectOrBuiltIns, tools: Tools | AppTools | None, allow: Allow | None
) -> AppTools | None:
    """Return what answers the calls of scripts; None where there are no tools.

    Raises:
        UsageError: when a tool cannot be used, or the project has not switched tools on.
    """
    if tools is None or isinstance(tools, AppTools):
        if allow is not None:
            raise UsageError(
                "allow goes with a mapping of tools", "give both, or an AppTools with both"
            )
        app_tools = tools
    else:
        app_tools = AppTools(tools, allow or {})
    if app_tools and isinstance(project, Project):
        require_switched_on(project.settings.features)
    return app_tools


class Answers:
    """Answers the calls of one run: by the application, by a recording, or both while it is made."""

    def __init__(
        self, open_tools: OpenTools | None, recording: Recording | None, replay: str | None
    ) -> None:
        """Raise `UsageError` when *replay* is not a recording."""
        self._open_tools = open_tools
        self._recording = recording
        self._replay = None if replay is None else Replay(replay)
        self._recorder: Recorder | None = None

    @property
    def tools(self) -> OpenTools | None:
        """What the engine gets; None where nothing answers."""
        return None if self._replay is None and self._open_tools is None else self._open

    def _open(self, script: str) -> AnswerCalls:
        answer: AnswerCalls | None = self._replay
        if answer is None:
            assert self._open_tools is not None
            answer = self._open_tools(script)
        if self._recording is None:
            return answer
        self._recorder = Recorder(answer)
        return self._recorder

    def finish(self) -> None:
        """Put what was recorded where the caller finds it."""
        if self._recording is not None:
            self._recording.text = self._recorder.text if self._recorder else ""
