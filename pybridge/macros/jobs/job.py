"""What every job offers: slices of work, and who ran in the last one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]

    class Job(Protocol):
        """A request that is worked off in slices."""

        id: int
        """The request's."""
        ran: int
        """Items that the last step ran."""

        @property
        def asks(self) -> Sequence[Json]:
            """Calls of the application's tools that it waits for."""

        def answer(self, number: int, answers: list[Json]) -> None:
            """Have the next step go on with these answers, for the request of that number."""

        @property
        def is_done(self) -> bool:
            """Whether no work is left."""

        def step(self) -> Json:
            """Work for one slice and return the reply."""

        def rewind(self, message: Json) -> Json | None:
            """Go back to where the last step began, to run its items one by one; return an empty reply.

            None if the job cannot go back. *message* is the request, parsed again: scripts may have changed it.
            """

        def only_script(self, registry: Registry) -> Script | None:
            """Return the script of the only item that the last step ran, None if there were several."""

        def warn(self, reply: Json, script: Script, changed: list[str]) -> None:
            """Put into *reply* a warning that the item which ran alone changed these names."""


class AsksNothing:
    """A job whose scripts get no tools."""

    __slots__ = ()
    asks: Sequence[Json] = ()

    def answer(self, number: int, answers: list[Json]) -> None:
        """Do nothing: it waits for nothing."""
