"""The parts of one engine: loaded scripts, limits, and what runs them."""

from __future__ import annotations

from pybridge.macros.guard.guard import Guard
from pybridge.macros.jobs.calls import Renderer
from pybridge.macros.jobs.previews import Previewer
from pybridge.macros.running.execution import Executor
from pybridge.macros.running.streams import Streams
from pybridge.macros.scripts.helpers import Helpers
from pybridge.macros.scripts.modules import forget_module
from pybridge.macros.scripts.packages import Packages
from pybridge.macros.scripts.registry import Registry
from pybridge.macros.scripts.script import Reader
from pybridge.macros.values.limits import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pybridge.macros.jobs.programs import Program
    from pybridge.macros.running.streams import Emit


class Engine:
    """What requests work with."""

    __slots__ = (
        "emit", "executor", "guard", "helpers", "limits", "packages", "previewer", "program", "reader", "registry",
        "renderer", "streams",
    )  # fmt: skip

    def __init__(self, emit: Emit | None, *, isolates: bool, packages: str | None) -> None:
        """Begin; see `wire.Session`."""
        self.emit = emit
        self.limits = Limits()
        self.reader = Reader(isolates=isolates)
        self.registry = Registry()
        self.streams = Streams(self.limits.stdout_bytes)
        self.guard = Guard()
        self.executor = Executor(self.registry, self.limits, self.streams, self.guard)
        self.renderer = Renderer(self.registry, self.executor, self.limits)
        self.previewer = Previewer(self.registry, self.executor, self.limits)
        self.helpers = Helpers()
        self.packages = Packages(packages)
        self.program: Program | None = None
        """The program that waits for answers of the application's tools."""

    def forget(self, path: str) -> str | None:
        """Forget the script at *path*; return its name if that was a helper."""
        script = self.registry.remove(path)
        if script is None:
            return None
        forget_module(script.path, script.namespace)
        return script.slug if script.metadata.kind == "helper" else None

    def forget_bodies(self) -> None:
        """Have the bodies of all scripts and helpers run again at their next use."""
        self.helpers.forget()
        for script in self.registry.all():
            script.forget()

    def enter(self) -> None:
        """From now on scripts may run: helpers and packages can be imported, and the guard watches."""
        self.helpers.enter()
        self.packages.enter()
        self.guard.enter()

    def leave(self) -> None:
        """Undo `enter`."""
        self.guard.leave()
        self.packages.leave()
        self.helpers.leave()

    def shared_modules(self) -> dict[str, Any]:
        """Return the modules that scripts share: helpers, and those of packages, by name."""
        return {**self.packages.modules, **self.helpers.modules}
