"""The engine of a command, with a project's scripts loaded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pybridge import abi, notices
from pybridge.engines import EngineChoice, open_engine, open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, JsonObject
from pybridge.errors import ProjectInvalid, PybridgeError
from pybridge.html.policy import Policy, html_policy
from pybridge.project.discover import SETTINGS_FILE, BuiltIns, ProjectOrBuiltIns
from pybridge.project.scripts import Script, ScriptFiles, UnreadableScript, read_scripts
from pybridge.wasi.cpython import find_wasm, is_pinned

if TYPE_CHECKING:
    from pybridge.packages.script_packages import ScriptPackages


@dataclass(frozen=True)
class Session:
    """A running engine and its inputs."""

    engine: Engine
    project: ProjectOrBuiltIns
    limits: Limits
    scripts: tuple[JsonObject, ...]
    """script.v1 of each loaded script."""
    unreadable: tuple[UnreadableScript, ...]
    boot_ms: float
    policy: Policy
    """The HTML that macros may produce."""
    remarks: tuple[str, ...] = ()
    """Remarks on an unusual engine."""

    def notes(self) -> list[PybridgeError | str]:
        """Return notes for the user."""
        unreadable = [script.error for script in self.unreadable]
        return [*self.remarks, *self.project.settings.warnings, *unreadable]

    def env(self, *, preview: bool = False) -> dict[str, Any]:
        """Return the part of `env` that is the same for every call."""
        return {"isPreview": preview, "mainLanguage": self.project.settings.main_language}


def limits_of(project: ProjectOrBuiltIns) -> Limits:
    """Return the limits that pybridge.toml sets, over the defaults.

    Raises:
        ProjectInvalid: when they are not valid limits.v1.
    """
    if isinstance(project, BuiltIns):
        return Limits()
    wanted: Mapping[str, Any] = project.settings.limits
    if not wanted:
        return Limits()
    problems = abi.validate("limits", dict(wanted))
    odd = sorted(name for name, value in wanted.items() if value != value)
    if odd:
        raise ProjectInvalid(project.root / SETTINGS_FILE, f"limits/{odd[0]}: not a number")
    if problems:
        listed = "; ".join(f"limits{problem.pointer}: {problem.message}" for problem in problems)
        raise ProjectInvalid(project.root / SETTINGS_FILE, listed)
    return Limits(**{abi.to_snake(name): _number(value) for name, value in wanted.items()})


def _number(value: Any) -> Any:
    """Return a whole number as one: TOML has `1e3` and `1000.0` too."""
    return int(value) if value == int(value) else value


def policy_of(project: ProjectOrBuiltIns) -> Policy:
    """Return the HTML policy, with the iframe hosts of pybridge.toml."""
    return html_policy(project.settings.iframe_hosts)


@contextmanager
def open_session(
    project: ProjectOrBuiltIns,
    engine: EngineChoice,
    files: ScriptFiles | None = None,
    *,
    limits: Limits | None = None,
) -> Iterator[Session]:
    """Start an engine and load the project's scripts, or *files* instead.

    Args:
        project: Its settings hold.
        engine: Which.
        files: The scripts; None for those of the project.
        limits: Instead of those that the project sets.

    Raises:
        PybridgeError: when the engine is unknown or does not start.
    """
    limits = limits or limits_of(project)
    if files is None:
        files = read_scripts(project, limit=limits.input_bytes)
    started = time.perf_counter()
    policy = policy_of(project)
    features = project.settings.features
    choice = replace(engine, python=features.engine, isolation=features.isolation)
    scripts, packages = _with_packages(project, files.scripts)
    with _open(choice, limits, policy, scripts, packages) as running:
        infos = running.load(scripts)
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


def _with_packages(
    project: ProjectOrBuiltIns, scripts: Sequence[Script]
) -> tuple[Sequence[Script], ScriptPackages | None]:
    """Return the scripts with what they may import, and the packages.

    Raises:
        PybridgeError: pybridge.toml asks for packages, and pybridge.lock or the wheels do not fit that.
    """
    if isinstance(project, BuiltIns) or not project.settings.packages:
        return scripts, None
    from pybridge.commands.packages import allowed, locked_packages

    locked = locked_packages(project)
    if locked is None:
        return scripts, None
    return allowed(scripts, locked[0]), locked[1]


def _open(
    engine: EngineChoice,
    limits: Limits,
    policy: Policy,
    scripts: Sequence[Script],
    packages: ScriptPackages | None,
) -> Engine:
    """Start an engine, or one for each trust domain.

    Raises:
        PybridgeError: when the engine is unknown or does not start.
    """

    def open_one() -> Engine:
        return open_engine(
            engine, limits=limits, policy=policy, notify=notices.waiting, packages=packages
        )

    return open_for(scripts, open_one)


def _remarks(engine: EngineChoice) -> tuple[str, ...]:
    if engine.wasm is None:
        return ()
    wasm = find_wasm(engine.wasm)
    tested = "the Python" if is_pinned(wasm) else "not the Python"
    return (f"{wasm.path} is {tested} that pybridge was tested with: sha256 {wasm.sha256}",)
