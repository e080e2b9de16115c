"""The runtime that applications hold: a warm sandbox with a project's scripts."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Literal, Self

from pybridge.app_tools import AppTools
from pybridge.engines import DEFAULT_ENGINE, ENGINES, EngineChoice
from pybridge.engines.limits import Limits
from pybridge.errors import UnknownEngine
from pybridge.library import work
from pybridge.library.core import Core
from pybridge.library.documents import Document, batches, prepare
from pybridge.library.scripts import Place, Scripts, limits_for, project_of
from pybridge.library.tools import Allow, Recording, Tools, app_tools_of
from pybridge.library.values import Checked, Ran, Rendered, Result, Script, Transformed

OnOutput = Callable[[str, str], None]
"""Gets `stdout` or `stderr`, and a piece of text."""


class Runtime:
    """Renders documents and runs scripts in a sandbox that stays warm; close it, or use it in `with`.

    Any number of threads may use it: they take turns. A script that hangs or crashes ends its sandbox, which is
    replaced. After a fork, the child opens a sandbox of its own; other processes need their own runtimes.
    """

    def __init__(
        self,
        *,
        project: Place | None = None,
        scripts: Scripts | None = None,
        engine: str = DEFAULT_ENGINE,
        limits: Limits | None = None,
        tools: Tools | AppTools | None = None,
        allow: Allow | None = None,
    ) -> None:
        """Prepare; the sandbox starts with the first use, or with `start`.

        Args:
            project: Folder of a project, with its scripts, settings, media and tags.
            scripts: Instead of a project: sources by name, or a folder of `.py` files.
            engine: `wasi`, `browser`, or `native` for scripts that are trusted like your own program.
            limits: Of time, memory and size. A project can set lower ones, not higher ones.
            tools: What programs and transforms may ask the application for, by name: functions or `Tool`s. They are
                called in threads of their own, must not use the runtime, and need `tools = true` in a project's
                `[features]`. An `AppTools` holds tools, allowlist, limits and audit.
            allow: The tools that each script may call, by its slug; all others are denied.

        Raises:
            UsageError: when both *project* and *scripts* are given, or *scripts* or *tools* are not usable.
            UnknownEngine: when there is none of that name.
            ProjectMissing: when *project* is not a project.
            ProjectInvalid: when its pybridge.toml cannot be used.
        """
        self._core = core_of(project, scripts, engine, limits, tools, allow)

    def start(self) -> Self:
        """Start the sandbox now; return the runtime.

        Raises:
            BootFailed: when it does not start.
        """
        self._core.use(lambda opened: None)
        return self

    @property
    def scripts(self) -> tuple[Script, ...]:
        """The loaded scripts, built-in ones included."""
        return self._core.use(lambda opened: tuple(map(work.script, opened.session.scripts)))

    def render(
        self,
        text: str,
        *,
        path: str | None = None,
        post: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        format: Literal["markdown", "text"] = "markdown",
        preview: bool = False,
    ) -> Rendered:
        """Render the macros in a document. A macro that fails is an error in the result, not an exception.

        Args:
            text: The source, front matter included.
            path: Where it comes from, for messages; never opened.
            post: Its front matter; None to read that from the text.
            env: Members of `env` that the macros get.
            data: Data that the macros get, over that of the project.
            format: `text`: every macro counts, also those that Markdown would take for code.
            preview: Whether a failed macro leaves a visible mark.

        Raises:
            Invalid: when *post*, *env* or *data* break document.v1.
        """
        document = prepare(Document(text, path, post, env, data, format))
        return self._core.use(lambda opened: work.render(opened, [document], preview))[0]

    def render_many(
        self, documents: Iterable[str | Document], *, preview: bool = False
    ) -> Generator[Rendered, None, None]:
        """Render any number of documents in order, in constant memory; they are read as results are taken.

        When *documents* raises, the results of those before come first, then its exception.

        Raises:
            TypeError: when one is neither text nor a `Document`.
        """
        for batch in batches(documents):
            yield from self._core.use(partial(work.render, documents=batch, preview=preview))

    def call(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        *,
        body: str | None = None,
        post: Mapping[str, Any] | None = None,
        env: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> Result:
        """Call one macro.

        Args:
            name: Slug, alias or id of its script.
            params: Its params: numbers as int or float, everything else as text.
            body: The text between its tokens.
            post: The document it is called for.
            env: Members of `env`.
            data: Instead of the data of the project.

        Raises:
            ScriptFailed: when the macro fails, or there is none of that name.
            CallInvalid: when the arguments break call.v1; says all that is wrong.
        """
        context = context_of(params, body=body, post=post, env=env, data=data)
        return self._core.use(lambda opened: work.call(opened, name, context))

    def transform(
        self, post: Mapping[str, Any], context: Mapping[str, Any] | None = None
    ) -> Transformed:
        """Send a post through the enabled transforms.

        Args:
            post: With `title` and `content`, perhaps `tags` and `categories`.
            context: Where it comes from, for the transforms.

        Raises:
            Invalid: when it is not a post; says all that is wrong.
        """
        sent = dict(post), dict(context or {})
        return self._core.use(lambda opened: work.transform(opened, *sent))

    def check(self, source: str, *, path: str = "scripts/script.py") -> Checked:
        """Find the mistakes in the source of a script, without running it."""
        return self._core.use(lambda opened: work.check(opened, source, path))

    def run(
        self,
        name: str,
        args: Sequence[str] = (),
        *,
        timeout_s: float | None = None,
        on_output: OnOutput | None = None,
        recording: Recording | None = None,
        replay: str | None = None,
    ) -> Ran:
        """Run a utility script. One that fails has an `error` in what is returned.

        Args:
            name: Slug, alias or id of the script.
            args: Its arguments, after the path in `sys.argv`.
            timeout_s: Seconds; None for the limit.
            on_output: Gets `stdout` or `stderr` and a piece of text, as it prints; must not use the runtime.
            recording: Gets the calls of tools and their answers.
            replay: The text of a recording, which answers instead of the application.

        Raises:
            ScriptNotFound: when there is none of that name.
            UsageError: when *replay* is not a recording.
        """
        given = [*args], timeout_s, on_output, recording, replay
        return self._core.use(lambda opened: work.run(opened, name, *given))

    def reload(self) -> None:
        """Read scripts and project data again before the next use."""
        self._core.reload()

    def close(self) -> None:
        """End the sandbox, after the work that other threads have begun; may be called again."""
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> str:
        raise TypeError("a Runtime cannot be pickled: open one in each process")


def core_of(
    project: Place | None,
    scripts: Scripts | None,
    engine: str,
    limits: Limits | None,
    tools: Tools | AppTools | None,
    allow: Allow | None,
) -> Core:
    """Return what a runtime shares between threads; see `Runtime`."""
    if engine not in ENGINES:
        raise UnknownEngine(engine, ENGINES)
    found = project_of(project, scripts)
    app_tools = app_tools_of(found, tools, allow)
    open_tools = None if app_tools is None else app_tools.open
    return Core(found, scripts, EngineChoice(engine), limits_for(found, limits), open_tools)


def context_of(
    params: Mapping[str, Any] | None,
    *,
    body: str | None,
    post: Mapping[str, Any] | None,
    env: Mapping[str, Any] | None,
    data: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the context of a call, without what has defaults."""
    given = {"post": post, "env": env, "data": data}
    named = {name: dict(value) for name, value in given.items() if value is not None}
    return {"params": dict(params or {}), "body": body, **named}
