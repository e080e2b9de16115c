"""One worker after another: starts it, speaks with it, replaces it when it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.channel import Channel, Spawn, WorkerLost
from pybridge.engines.supervision.link import Link, Message, Patience, Seconds
from pybridge.engines.supervision.spare import Spare
from pybridge.errors import BootFailed, RemoteError

SLICE_MS = 10
MOST_FAILED_STARTS = 3
"""Workers in a row that die before they are ready."""
SPARE_AFTER_S = 0.25
"""Seconds of life, or of waiting for a reply, from which a spare is worth its start."""


class Worker:
    """The current worker, what the next one must be told, and the spare that knows it already."""

    def __init__(self, name: str, spawn: Spawn, limits: Limits, *, has_spare: bool = False) -> None:
        self._name = name
        self._spawn = spawn
        self._limits = limits
        self._link: Link | None = None
        self._loaded: dict[str, Script] = {}
        self._has_spare = has_spare
        self._spare: Spare | None = None
        self._born = time.monotonic()
        self.losses = 0
        """Workers that were lost so far."""

    @property
    def channel(self) -> Channel | None:
        """The way to the current worker; None between two of them."""
        return self._link.channel if self._link else None

    def start(self) -> None:
        """Start a worker unless one runs.

        Raises:
            BootFailed: when several in a row do not come up.
        """
        failures: list[str] = []
        while self._link is None:
            try:
                self._start_one()
            except WorkerLost as lost:
                self.losses += 1
                failures.append(lost.message)
                if len(failures) == MOST_FAILED_STARTS:
                    raise BootFailed(self._name, failures[-1]) from lost

    def load(self, scripts: Sequence[Script], timeout_s: float) -> list[JsonObject]:
        """Load scripts, now and after each replacement.

        Raises:
            WorkerLost: when that kills the worker; the next one is not told of these scripts.
        """
        sources = [script.to_json() for script in scripts]
        [reply] = self.exchange({"kind": "load", "scripts": sources}, timeout_s)
        known = {script.path: script for script in scripts}
        self._loaded.update(known)
        if self._link is not None:
            self._link.told.update(known)
        return list(reply["scripts"])

    def exchange(
        self,
        message: Message,
        timeout_s: Seconds,
        *,
        whole_s: float | None = None,
        handling_s: float = 0,
    ) -> Iterator[JsonObject]:
        """Send a message and yield the replies to it; see `Link.exchange`.

        Raises:
            WorkerLost: when the worker dies or a deadline passes; it is gone then.
            RemoteError: when the worker refuses the message.
        """
        self.start()
        assert self._link is not None
        patience = Patience(SPARE_AFTER_S, self._prepare_spare) if self._has_spare else None
        settled = False
        try:
            yield from self._link.exchange(
                message, timeout_s, whole_s=whole_s, handling_s=handling_s, patience=patience
            )
            settled = True
        except WorkerLost:
            self.losses += 1
            raise
        except RemoteError:
            settled = True
            raise
        finally:
            if not settled:
                self._drop()  # a job nobody waits for is under way
            elif time.monotonic() - self._born > SPARE_AFTER_S:
                self._prepare_spare()  # now, when nobody waits

    def stop(self) -> None:
        """End the worker and its spare; the next message starts another."""
        self._drop()
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.discard()

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.channel.kill()

    def _start_one(self) -> None:
        spare, self._spare = self._spare, None
        link = spare.take() if spare else self._make(self._loaded)
        changed = [s for path, s in self._loaded.items() if link.told.get(path) is not s]
        if changed:
            _within(link, lambda: link.load(changed, self._limits.boot_s))
        self._link = link

    def _prepare_spare(self) -> None:
        if self._spare is None and self._has_spare:
            scripts = dict(self._loaded)
            self._spare = Spare(lambda: self._make(scripts))

    def _make(self, scripts: Mapping[str, Script]) -> Link:
        """Start a worker and tell it the limits and *scripts*."""
        link = Link(self._spawn())

        def tell() -> None:
            limits = {"kind": "limits", "limits": self._limits.to_json()}
            list(link.exchange(limits, self._limits.boot_s))
            if scripts:
                link.load(list(scripts.values()), self._limits.boot_s)

        _within(link, tell)
        return link


def _within(link: Link, tell: Callable[[], object]) -> None:
    """Tell a worker something; end it if that fails."""
    try:
        tell()
    except BaseException:
        link.channel.kill()
        raise
