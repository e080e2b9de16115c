"""What a document's author probably meant as a macro or a param, and nothing reads as one."""

from __future__ import annotations

from pybridge.macros.scripts.metadata import slugify
from pybridge.macros.syntax.half_openings import half_openings
from pybridge.macros.syntax.near_misses import near_miss
from pybridge.macros.syntax.positions import Positions
from pybridge.macros.values.problems import tidy, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pybridge.macros.jobs.plan import Plan
    from pybridge.macros.scripts.registry import Registry

    Json = dict[str, Any]
    Place = tuple[int, str, str, str]

_MOST = 1000


def overlooked(
    text: str, plan: Plan, registry: Registry, path: str | None
) -> list[tuple[int, Json]]:
    """Return warnings about text that nothing reads, each with its offset; a limited number of them."""
    found = _params(plan)
    if plan.others or plan.has_other_brackets:
        found += _near_misses(text, plan, registry)
    if plan.strays:
        found += _strays(plan, registry)
    if not found:
        return []
    found.sort()
    locate = Positions(text).locate
    warnings: list[tuple[int, Json]] = []
    for at, code, message, name in found[:_MOST]:
        line, column = locate(at)
        place = {"line": line, "column": column}
        call = place if path is None else {"path": path, **place}
        warnings.append((at, warning(code, tidy(message), name, call)))
    if len(found) > _MOST:
        message = f"{len(found) - _MOST:,} more places are not read, or not as they are written"
        warnings.append((len(text), warning("syntax", message)))
    return warnings


def _params(plan: Plan) -> list[Place]:
    found: list[Place] = []
    for node in plan.nodes:
        if node.misread == () or node.script is None:
            continue
        if node.misread is None:
            node.read_params()
        start, name = node.start + len("[[") + len(node.written), node.written
        found += [(start + at, "syntax", message, name) for at, message in node.misread or ()]
    return found


def _near_misses(text: str, plan: Plan, registry: Registry) -> Iterator[Place]:
    def is_known(name: str) -> bool:
        return registry.called(name)[1] is not None

    for at in plan.others:
        found = near_miss(text, at, is_known, slugify)
        if found is not None:
            code = "syntax" if found.is_known else "not-found"
            yield at, code, found.message, found.name
    for at, found in half_openings(text, is_known, slugify, markdown=plan.is_markdown):
        yield at, "syntax", found.message, found.name


def _strays(plan: Plan, registry: Registry) -> Iterator[Place]:
    """Yield the closing tokens that close nothing; those of unknown macros only where none opens."""
    unknown = {node.name for node in plan.nodes if node.script is None}
    for at, _, written, *_ in plan.strays:
        name, script = registry.called(written)
        if script is not None:
            yield at, "syntax", _say_stray(written, has_body=script.metadata.has_body), written
        elif name not in unknown:
            message, hint = registry.explain(name)
            yield at, "not-found", f"{message}, {hint}" if hint else message, written


def _say_stray(written: str, *, has_body: bool) -> str:
    if has_body:
        return f"[[/{written}]] closes nothing: write [[{written}]] before it, or remove it"
    return f"{written!r} takes no body: remove [[/{written}]]"
