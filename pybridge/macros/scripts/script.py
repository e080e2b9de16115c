"""A loaded script: its file, its metadata, and its namespace once it ran."""

from __future__ import annotations

from pybridge.macros.scripts.metadata import Metadata
from pybridge.macros.scripts.modules import forget_module
from pybridge.macros.scripts.source import Source, sha256
from pybridge.macros.values.json_text import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


_MOST_KEPT = 1000


class Reader:
    """Reads scripts; a file whose bytes it has seen is not compiled again."""

    __slots__ = ("_is_waking", "_isolates", "_known")

    def __init__(self, *, isolates: bool = False) -> None:
        """*isolates* says that scripts which are not self-contained run in interpreters of their own."""
        self._isolates = isolates
        self._known: dict[tuple[str, str], tuple[Source, Metadata]] = {}
        self._is_waking = False

    def read(
        self,
        path: str,
        content: str,
        origin: str,
        enabled: bool | None = None,
        *,
        elsewhere: bool = False,
        alone: bool = False,
        apart: bool = False,
    ) -> Script:
        """Return the script in a file.

        Args:
            path: Its path.
            content: The whole file.
            origin: Where it comes from.
            enabled: Overrides what its header says.
            elsewhere: Whether it is of another trust domain: known here but never run, and its text
                is not kept, because scripts that run here could read it.
            alone: Whether no other script runs here.
            apart: Whether it has an interpreter of its own, self-contained or not.
        """
        digest = sha256(content)
        known = self._known.pop((path, digest), None)
        if known is None:
            source = Source(path, content)
            known = source, Metadata(source, digest)
            source.forget_tree()
        is_apart = apart and known[1].kind != "helper"
        is_isolated = self._isolates and not alone and (is_apart or _is_isolated(*known))
        if elsewhere or is_isolated:
            known[0].forget_text()
            return Script(
                *known,
                "",
                origin,
                enabled,
                is_foreign=True,
                is_elsewhere=elsewhere,
                is_apart=is_apart,
            )
        self._known[path, digest] = known
        if len(self._known) > _MOST_KEPT:
            del self._known[next(iter(self._known))]
        return Script(*known, content, origin, enabled)

    def wake(self) -> None:
        """Begin to serve a host: of the scripts read before, only those that it loads first are kept.

        The rest may be of trust domains that must not meet those that run here.
        """
        self._is_waking = True

    def read_all(self, sources: Iterable[dict[str, Any]]) -> list[Script]:
        """Return the scripts in files."""
        scripts = [self.read(**source) for source in sources]
        if self._is_waking:
            self._is_waking = False
            wanted = {(script.path, script.metadata.sha256) for script in scripts}
            self._known = {key: known for key, known in self._known.items() if key in wanted}
        return scripts


class Script:
    """One script of a session. Its body runs at its first use, not when it is loaded."""

    __slots__ = (
        "content",
        "enabled",
        "failure",
        "is_apart",
        "is_elsewhere",
        "is_foreign",
        "json_id",
        "json_names",
        "metadata",
        "namespace",
        "origin",
        "path",
        "render",
        "source",
    )

    def __init__(
        self,
        source: Source,
        metadata: Metadata,
        content: str,
        origin: str,
        enabled: bool | None,
        *,
        is_foreign: bool = False,
        is_elsewhere: bool = False,
        is_apart: bool = False,
    ) -> None:
        self.path = source.path
        self.content = content
        self.origin = origin
        self.is_foreign = is_foreign
        """Whether it is known here and never run: it has another interpreter, in this trust domain or another."""
        self.is_elsewhere = is_elsewhere
        """Whether it is of another trust domain."""
        self.is_apart = is_apart
        """Whether it has an interpreter of its own without needing one."""
        self.source = source
        self.metadata = metadata
        self.enabled = self.metadata.header_enabled if enabled is None else enabled
        self.json_id = quote(metadata.id)
        """Its id as JSON."""
        self.json_names = f'"slug":{quote(metadata.slug)},"scriptId":{self.json_id}'
        """How a macroOutcome names it, as JSON."""
        self.namespace: dict[str, Any] | None = None
        """Its globals; None until its body ran."""
        self.render: Callable[..., Any] | None = None
        """Its entry point, taking the context alone, a transform's post and context; None until its body ran."""
        self.failure: dict[str, Any] | None = None
        """The error.v1 every use of it ends with, where it cannot be used at all."""

    @property
    def slug(self) -> str:
        """The name by which documents call it."""
        return self.metadata.slug

    @property
    def id(self) -> str:
        """Its identity, which survives renaming."""
        return self.metadata.id

    def forget(self) -> None:
        """Drop the result of running its body: the next use runs it again."""
        forget_module(self.path, self.namespace)
        self.namespace = self.render = self.failure = None

    def to_json(self) -> dict[str, Any]:
        """Return its metadata as script.v1."""
        known = self.metadata
        limits = {"limits": known.limits} if known.limits else {}
        return {
            "path": self.path,
            "id": known.id,
            "slug": known.slug,
            "title": known.title,
            "kind": known.kind,
            "entrypoint": known.entrypoint,
            "enabled": self.enabled,
            "version": known.version,
            "createdAt": known.created_at,
            "updatedAt": known.updated_at,
            "aliases": known.aliases,
            "needs": known.needs,
            "body": known.has_body,
            "params": known.param_schema.value if known.param_schema else None,
            **limits,
            "origin": self.origin,
            "sha256": known.sha256,
            "problems": known.problems,
            **({"isolated": True} if self.is_apart or _is_isolated(self.source, known) else {}),
        }


def _is_isolated(source: Source, metadata: Metadata) -> bool:
    """Whether a script has to have an interpreter of its own; a helper is in those of its users."""
    return not source.is_self_contained and metadata.kind != "helper"
