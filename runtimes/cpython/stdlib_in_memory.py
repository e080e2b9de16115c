"""The standard library as compressed code in the snapshot: an instance has no files to import from."""

import importlib.machinery
import importlib.util
import marshal
import os
import sys
import zlib

_LEFT_OUT = frozenset((
    "__pycache__", "_pyrepl", "antigravity", "ctypes", "curses", "dbm", "ensurepip", "idlelib", "multiprocessing",
    "pydoc_data", "site-packages", "test", "tests", "this", "tkinter", "turtle", "turtledemo", "venv",
))  # fmt: skip
"""Folders and modules that need what is missing here, or that test Python itself."""

_codes: dict[str, tuple[bool, bytes]] = {}
"""By the name of a module: whether it is a package, and its code."""


def collect(root: str) -> None:
    """Compile all modules below *root*."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for file in sorted(files):
            name, kind = os.path.splitext(file)
            if kind == ".py" and name not in _LEFT_OUT:
                _add(root, os.path.join(folder, file))


def seal() -> None:
    """From now on import nothing from files."""
    kept = [finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder]
    sys.meta_path[:] = [*kept, _Modules]
    sys.path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()


def _add(root: str, path: str) -> None:
    relative = os.path.relpath(path, root)
    parts = relative.removesuffix(".py").split("/")
    is_package = parts[-1] == "__init__"
    with open(path, "rb") as file:
        code = compile(file.read(), f"<stdlib>/{relative}", "exec", dont_inherit=True)
    _codes[".".join(parts[:-1] if is_package else parts)] = is_package, zlib.compress(marshal.dumps(code))


class _Modules:
    """The finder and loader of these modules."""

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> object:
        found = _codes.get(name)
        return found and importlib.util.spec_from_loader(name, cls, origin="<stdlib>", is_package=found[0])

    @staticmethod
    def create_module(spec: object) -> None:
        return None

    @staticmethod
    def exec_module(module: object) -> None:
        exec(marshal.loads(zlib.decompress(_codes[module.__spec__.name][1])), module.__dict__)
