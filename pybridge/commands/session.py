"""The engine of a command, with a project's scripts loaded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge import abi, notices
from pybridge.engines import EngineChoice, open_engine, open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, JsonObject
from pybridge.engines.wasi.python import find_wasm, is_pinned
from pybridge.errors import ProjectInvalid, PybridgeError
from pybridge.html.policy import Policy, html_policy
from pybridge.project.discover import SETTINGS_FILE, Project
from pybridge.project.scripts import ScriptFiles, UnreadableScript, read_scripts


@dataclass(frozen=True)
class Session:
    """A running engine and what it was given."""

    engine: Engine
    project: Project
    limits: Limits
    scripts: tuple[JsonObject, ...]
    """script.v1 of each loaded script."""
    unreadable: tuple[UnreadableScript, ...]
    boot_ms: float
    policy: Policy
    """What HTML of macros may hold."""
    remarks: tuple[str, ...] = ()
    """What is unusual about the engine."""

    def notes(self) -> list[PybridgeError | str]:
        """Return what the user should know besides the results."""
        unreadable = [script.error for script in self.unreadable]
        return [*self.remarks, *self.project.settings.warnings, *unreadable]

    def env(self, *, preview: bool = False) -> dict[str, Any]:
        """Return `env` as far as it is the same for every call."""
        return {"isPreview": preview, "mainLanguage": self.project.settings.main_language}


def limits_of(project: Project) -> Limits:
    """Return the limits that pybridge.toml sets, over the defaults.

    Raises:
        ProjectInvalid: when they are no limits.v1.
    """
    wanted: Mapping[str, Any] = project.settings.limits
    problems = abi.validate("limits", dict(wanted))
    if problems:
        listed = "; ".join(f"limits{problem.pointer}: {problem.message}" for problem in problems)
        raise ProjectInvalid((project.root or Path()) / SETTINGS_FILE, listed)
    return Limits(**{abi.to_snake(name): value for name, value in wanted.items()})


def policy_of(project: Project) -> Policy:
    """Return what HTML of macros may hold, with the hosts that pybridge.toml names."""
    return html_policy(project.settings.iframe_hosts)


@contextmanager
def open_session(
    project: Project, engine: EngineChoice, files: ScriptFiles | None = None
) -> Iterator[Session]:
    """Start an engine and load the project's scripts, or *files* instead.

    Raises:
        PybridgeError: when the engine is unknown or does not start.
    """
    limits = limits_of(project)
    if files is None:
        files = read_scripts(project, limit=limits.input_bytes)
    started = time.perf_counter()
    policy = policy_of(project)
    with _open(engine, limits, policy, files) as running:
        infos = running.load(files.scripts)
        boot_ms = round((time.perf_counter() - started) * 1000, 1)
        yield Session(
            running,
            project,
            limits,
            tuple(infos),
            files.unreadable,
            boot_ms,
            policy,
            _remarks(engine),
        )


def _open(engine: EngineChoice, limits: Limits, policy: Policy, files: ScriptFiles) -> Engine:
    """Start an engine, or one for each trust domain.

    Raises:
        PybridgeError: when the engine is unknown or does not start.
    """

    def open_one() -> Engine:
        return open_engine(engine, limits=limits, policy=policy, notify=notices.waiting)

    return open_for(files.scripts, open_one)


def _remarks(engine: EngineChoice) -> tuple[str, ...]:
    if engine.wasm is None:
        return ()
    wasm = find_wasm(engine.wasm)
    tested = "the Python" if is_pinned(wasm) else "not the Python"
    return (f"{wasm.path} is {tested} that pybridge was tested with: sha256 {wasm.sha256}",)
