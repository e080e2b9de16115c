"""The worker in use and its spare: start it, exchange messages with it, replace it when it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.channel import Channel, IsGone, Spawn, WorkerLost
from pybridge.engines.supervision.spare import Spare
from pybridge.engines.supervision.worker_link import Message, Seconds, WhileWaiting, WorkerLink
from pybridge.errors import BootFailed, Cancelled, RemoteError

SLICE_MS = 10
MOST_FAILED_STARTS = 3
"""Workers in a row that end before they are ready."""
SPARE_AFTER_S = 0.25
"""Seconds of use, or of waiting for a reply, after which a spare is started."""


class Pool:
    """The current worker, the scripts that the next one must load, and the spare that has loaded them."""

    def __init__(
        self,
        name: str,
        spawn: Spawn,
        limits: Limits,
        *,
        has_spare: bool = False,
        is_gone: IsGone = lambda _: False,
    ) -> None:
        self._name = name
        self._is_gone = is_gone
        self._spawn = spawn
        self._limits = limits
        self._link: WorkerLink | None = None
        self._loaded: dict[str, Script] = {}
        self._has_spare = has_spare
        self._spare: Spare | None = None
        self._started = time.monotonic()
        self._is_cancelled = False
        self.losses = 0
        """Workers that were lost so far."""

    @property
    def channel(self) -> Channel | None:
        """The channel to the current worker; None between two of them."""
        return self._link.channel if self._link else None

    def start(self) -> None:
        """Start a worker unless one runs.

        Raises:
            BootFailed: when several in a row do not start.
        """
        if self._link is not None and self._is_gone(self._link.channel):
            self.drop()
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
            WorkerLost: when that ends the worker; the next one does not load these scripts.
        """
        sources = [script.to_json() for script in scripts]
        [reply] = self.exchange({"kind": "load", "scripts": sources}, timeout_s)
        known = {script.path: script for script in scripts}
        self._loaded.update(known)
        if self._link is not None:
            self._link.loaded.update(known)
        return list(reply["scripts"])

    def exchange(
        self,
        message: Message,
        timeout_s: Seconds,
        *,
        whole_s: float | None = None,
        handling_s: float = 0,
        most_bytes: int | None = None,
    ) -> Iterator[JsonObject]:
        """Send a message and yield the replies to it; see `WorkerLink.exchange`.

        Raises:
            WorkerLost: when the worker ends or a deadline passes; it is ended then.
            RemoteError: when the worker refuses the message.
            Cancelled: after `cancel`, until `resume`.
        """
        self.start()
        assert self._link is not None
        if self._is_cancelled:
            raise Cancelled
        waiting = WhileWaiting(SPARE_AFTER_S, self._prepare_spare) if self._has_spare else None
        settled = False
        try:
            yield from self._link.exchange(
                message,
                timeout_s,
                whole_s=whole_s,
                handling_s=handling_s,
                most_bytes=most_bytes,
                waiting=waiting,
            )
            settled = True
        except WorkerLost as lost:
            if self._is_cancelled:
                raise Cancelled from lost
            self.losses += 1
            raise
        except RemoteError:
            settled = True
            raise
        finally:
            if not settled:
                self.drop()  # it still works on a job whose replies nobody reads
            elif time.monotonic() - self._started > SPARE_AFTER_S:
                self._prepare_spare()  # now, because no caller waits

    def cancel(self) -> None:
        """End what runs now, and refuse what follows; for another thread than the one that works."""
        self._is_cancelled = True
        link = self._link
        if link is not None:
            link.channel.interrupt()

    def resume(self) -> None:
        """Work again after `cancel`."""
        self._is_cancelled = False

    def stop(self) -> None:
        """End the worker and its spare; the next message starts another."""
        self.drop()
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.discard()

    def drop(self) -> None:
        """End the worker in use; the next message goes to the spare, or starts another."""
        link, self._link = self._link, None
        if link is not None:
            link.channel.kill()

    def _start_one(self) -> None:
        spare, self._spare = self._spare, None
        link = spare.take() if spare else self._make(self._loaded)
        changed = [s for path, s in self._loaded.items() if link.loaded.get(path) is not s]
        if changed:
            _or_kill(link, lambda: link.load(changed, self._limits.boot_s))
        self._link = link

    def _prepare_spare(self) -> None:
        if self._spare is None and self._has_spare:
            scripts = dict(self._loaded)
            self._spare = Spare(lambda: self._make(scripts))

    def _make(self, scripts: Mapping[str, Script]) -> WorkerLink:
        """Start a worker; send it the limits and *scripts*."""
        link = WorkerLink(self._spawn())

        def prepare() -> None:
            limits = {"kind": "limits", "limits": self._limits.to_json()}
            list(link.exchange(limits, self._limits.boot_s))
            if scripts:
                link.load(list(scripts.values()), self._limits.boot_s)

        _or_kill(link, prepare)
        return link


def _or_kill(link: WorkerLink, send: Callable[[], object]) -> None:
    """Send messages to a worker; end it if that fails."""
    try:
        send()
    except BaseException:
        link.channel.kill()
        raise
