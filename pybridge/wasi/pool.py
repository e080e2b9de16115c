"""Warm children for any number of threads: one is always ready, and one that was killed is replaced."""

from __future__ import annotations

import threading
from pathlib import Path

from pybridge.wasi.pipes import Streams
from pybridge.wasi.warm import Cancellation, Ended, Job, WarmChild, Watch

MOST_IDLE = 2
"""Children that are kept while nothing runs."""


class WarmPool:
    """Runs jobs, each in a child that runs no other job at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[WarmChild] = []
        self._modules: list[Path] = []
        self._starting: threading.Thread | None = None
        self._is_closed = False
        self._jobs = 0
        """Begun so far; a program that runs only one needs no spare."""

    def preload(self, module: Path) -> None:
        """From now on, load this module in every spare child before it is used."""
        with self._lock:
            if module not in self._modules:
                self._modules.append(module)

    def start(self) -> None:
        """Start a child in the background, for the first job."""
        self._start_in_background()

    def run(self, job: Job, streams: Streams, watch: Watch, cancellation: Cancellation) -> Ended:
        """Run a job to its end; see `WarmChild.run`."""
        with self._lock:
            self._jobs += 1
        child = self._take()
        try:
            ended = child.run(job, streams, watch, cancellation)
        except BaseException:  # such as KeyboardInterrupt: its state is unknown
            child.kill()
            raise
        finally:
            self._give_back(child)
        return ended

    def close(self) -> None:
        """End all children that run nothing; those that run are ended after their job."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            starting = self._starting
        if starting is not None:
            starting.join()
        for child in idle:
            child.kill()

    def _take(self) -> WarmChild:
        """Return a child that is ready, or will be soon."""
        while True:
            with self._lock:
                found = self._idle.pop() if self._idle else None
                starting = self._starting
            if found is not None and found.is_alive:
                self._start_spare()  # for the case that this one is killed
                return found
            if found is not None:
                found.kill()
                continue
            if starting is None or not starting.is_alive():
                return self._new()
            starting.join()

    def _new(self) -> WarmChild:
        """Return a child when it is ready: its start is not the time of a job."""
        child = WarmChild()
        with self._lock:
            modules = tuple(self._modules)
        child.load(modules)
        return child

    def _give_back(self, child: WarmChild) -> None:
        with self._lock:
            is_kept = child.is_usable and not self._is_closed and len(self._idle) < MOST_IDLE
            if is_kept:
                self._idle.append(child)
        if not is_kept:
            child.kill()
            self._start_spare()

    def _start_spare(self) -> None:
        if self._jobs > 1:
            self._start_in_background()

    def _start_in_background(self) -> None:
        """Start a child, unless one is ready or being started."""
        with self._lock:
            is_starting = self._starting is not None and self._starting.is_alive()
            if self._is_closed or self._idle or is_starting:
                return
            self._starting = threading.Thread(target=self._start, daemon=True)
            self._starting.start()

    def _start(self) -> None:
        try:
            child = self._new()
        except OSError:
            return  # `run` starts one itself, and reports the reason
        with self._lock:
            is_kept = child.is_usable and not self._is_closed
            if is_kept:
                self._idle.append(child)
        if not is_kept:
            child.kill()
