"""Helper modules: files of a project, named with a leading `_`, that its scripts import."""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec

from pybridge.macros.scripts.code_objects import nested_codes
from pybridge.macros.scripts.invocation import BrokenHelper
from pybridge.macros.scripts.modules import Loader, forget_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import Any

    from pybridge.macros.scripts.script import Script


class Helpers:
    """The helpers of a session; importable between `enter` and `leave` only.

    So they belong to their session, and code outside of scripts cannot import them. As a finder it is
    the last one: the modules of Python itself come first.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Script] = {}
        self._modules: dict[str, Any] = {}

    def update(self, changed: set[str], scripts: Iterable[Script]) -> None:
        """Update the helpers: those of these names were added, replaced or removed.

        Scripts that import them, directly or not, are reset: their bodies run again.
        """
        known = list(scripts)
        own = sorted(
            (s for s in known if s.metadata.kind == "helper" and not s.is_foreign), key=_precedence
        )
        self._by_name = {}
        for script in own:
            if script.slug not in sys.stdlib_module_names:
                self._by_name.setdefault(script.slug, script)
        stale = _with_users(changed, known)
        for name in stale:
            self._modules.pop(name, None)
        for script in known:
            if stale & _names_in(script.source.code):
                script.forget()

    def enter(self) -> None:
        """Let scripts import the helpers."""
        if self._by_name:
            sys.modules.update(self._modules)
            sys.meta_path.append(self)

    def leave(self) -> None:
        """Make the helpers unimportable again."""
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        for name, module in [*self._modules.items()]:
            if sys.modules.get(name) is module:
                del sys.modules[name]
            else:
                del self._modules[name]  # it failed, or a script removed it

    @property
    def modules(self) -> dict[str, Any]:
        """The helpers that were imported, by name."""
        return self._modules

    def forget(self) -> None:
        """Have the bodies of all helpers run again at their next import."""
        self._modules.clear()

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Return how to make the module *name*, None if no helper has it."""
        script = self._by_name.get(name)
        if script is None:
            return None
        loader: Any = _HelperLoader(script, self._modules)
        return ModuleSpec(name, loader, origin=script.path)


class _HelperLoader(Loader):
    """Runs a helper's body."""

    def __init__(self, script: Script, modules: dict[str, Any]) -> None:
        super().__init__(script.source.text)
        self._script = script
        self._modules = modules

    def create_module(self, _: ModuleSpec) -> None:
        """Leave the creation to Python."""

    def exec_module(self, module: Any) -> None:
        """Run the helper's body in *module*."""
        source = self._script.source
        if source.problem or source.code is None:
            raise BrokenHelper(source.problem or {})
        forget_lines(source.path)
        module.__file__ = source.path
        self._modules[self._script.slug] = module
        exec(source.code, module.__dict__)


def _precedence(script: Script) -> tuple[int, str]:
    """Sort helpers of one name: that of the outermost folder comes first."""
    return script.path.replace("\\", "/").count("/"), script.path


def _with_users(changed: set[str], scripts: list[Script]) -> set[str]:
    """Return the names of *changed* and of all helpers that import one of them, directly or not."""
    names = {s.slug: _names_in(s.source.code) for s in scripts if s.metadata.kind == "helper"}
    found = {*changed}
    while True:
        further = {name for name, used in names.items() if used & found} - found
        if not further:
            return found
        found |= further


def _names_in(code: CodeType | None) -> set[str]:
    """Return every name and string in *code*: its imports are among them."""
    found: set[str] = set()
    for each in nested_codes(code):
        found.update(each.co_names)
        found.update(value for value in each.co_consts if type(value) is str)
    return found
