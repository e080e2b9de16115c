"""The jobs of a runtime: values in, an engine's answer, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pybridge.commands.scripts.checking import check_text
from pybridge.commands.work import run as running
from pybridge.commands.work import transform as transforming
from pybridge.commands.work.call import complete_call
from pybridge.commands.work.render_report import RenderedFile, as_wanted
from pybridge.library.core import Opened
from pybridge.library.documents import Prepared
from pybridge.library.problems import ScriptFailed, problem, problems
from pybridge.library.source import Source
from pybridge.library.values import (
    Checked,
    Json,
    Macro,
    Ran,
    Rendered,
    Result,
    Script,
    Transformed,
)


def render(opened: Opened, documents: Sequence[Prepared], preview: bool) -> list[Rendered]:
    """Render a batch."""
    session = opened.session
    shared = {"env": session.env(preview=preview), "data": opened.data}
    values = [document.value for document in documents]
    done = session.engine.render_documents(values, shared)
    return [
        _rendered(opened, document, value, preview)
        for document, value in zip(documents, done, strict=True)
    ]


def _rendered(opened: Opened, document: Prepared, value: Json, preview: bool) -> Rendered:
    session = opened.session
    wanted = as_wanted(value, session.project.settings)
    file = RenderedFile(document.read.file, document.read, wanted)
    own_preview = (document.given.env or {}).get("isPreview", preview)
    return Rendered(
        output=value["output"],
        path=document.given.path,
        macros=tuple(map(_macro, value["macros"])),
        warnings=problems(file.warnings),
        errors=problems(file.errors),
        source=Source(
            value["parts"], value["macros"], session.policy, own_preview, document.given.format
        ),
    )


def _macro(value: Mapping[str, Any]) -> Macro:
    position = value["position"]
    return Macro(
        name=value["name"],
        slug=value["slug"],
        raw=value["raw"],
        line=position["line"],
        column=position["column"],
        status=value["status"],
    )


def call(opened: Opened, name: str, context: Json) -> Result:
    """Call a macro.

    Raises:
        CallInvalid: when the context breaks the schema; says all that is wrong.
        ScriptFailed: when the macro fails, or there is none of that name.
    """
    whole = complete_call(name, context, env=opened.session.env(), data=opened.data)
    [outcome] = opened.session.engine.render_calls([whole])
    if "error" in outcome:
        raise ScriptFailed(outcome["error"])
    result = outcome["result"]
    return Result(
        html=result.get("html"),
        markdown=result.get("markdown"),
        text=result.get("text"),
        data=result.get("data"),
        warnings=problems([*result.get("warnings", ()), *outcome.get("warnings", ())]),
    )


def transform(opened: Opened, post: Any, context: Any) -> Transformed:
    """Send a post through the enabled transforms.

    Raises:
        Invalid: when it is not a post, or the context not an object.
    """
    read = transforming.read_post(post)
    done = opened.session.engine.transform(read, transforming.read_context(context))
    return Transformed(
        post=done["post"],
        applied=tuple(done["applied"]),
        errors=problems(done["errors"]),
        toasts=tuple(done["toasts"]),
    )


def check(opened: Opened, source: str, path: str) -> Checked:
    """Find the mistakes in a script without running it."""
    done = check_text(path, source, opened.session.engine)
    return Checked(
        script=script(done["script"]),
        problems=problems(done["problems"]),
        warnings=problems(done["warnings"]),
    )


def script(value: Json) -> Script:
    """Return a script from script.v1."""
    return Script(
        path=value["path"],
        slug=value["slug"],
        title=value["title"],
        kind=value["kind"],
        enabled=value["enabled"],
        problems=problems(value["problems"]),
        value=value,
    )


def run(
    opened: Opened,
    name: str,
    args: Sequence[str],
    timeout_s: float | None,
    on_output: Callable[[str, str], None] | None,
) -> Ran:
    """Run a utility script.

    Raises:
        ScriptNotFound: when there is none of that name.
    """
    session = opened.session
    found = running.named_script(session, name)
    done = running.run(session, found, args, timeout_s=timeout_s, on_output=on_output)
    error = done.get("error")
    return Ran(
        stdout=done["stdout"],
        stderr=done["stderr"],
        result=done["result"],
        duration_ms=done["durationMs"],
        error=problem(error) if error is not None else None,
        truncated=bool(done.get("truncated")),
    )
