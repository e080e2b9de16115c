"""Packages of others that a project asked for: imported from one image, which holds compiled modules and their files.

The image is a file: the policy, then everything else, each marshalled by the Python that reads it. `pybridge.packages`
makes it. It is read when a script imports a package for the first time.
"""

from __future__ import annotations

import marshal
import sys
import zlib
from _frozen_importlib import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

FOLDER = "/packages/"
"""Where the files of packages seem to be."""


class PackageNotAllowed(ModuleNotFoundError):
    """A script imports a package that only scripts of other trust domains may import."""

    def __init__(self, module: str, package: str) -> None:
        super().__init__(f"scripts of this trust domain may not import {package}", name=module)
        self.package = package


class Packages:
    """The packages of a session; importable between `enter` and `leave` only. As a finder it is the last one."""

    def __init__(self, image: str | None) -> None:
        """Read the policy.

        Args:
            image: The file; None, or one that does not exist, where there are no packages.
        """
        self._path = image
        self._image: Image | None = None
        self._names: Mapping[str, str] = {}
        self._allowed: set[str] = set()
        if image is not None:
            try:
                with open(image, "rb") as file:  # noqa: PTH123 – pathlib costs 10 ms
                    self._adopt(marshal.load(file))
            except FileNotFoundError:
                return

    def take(self, image: str) -> None:
        """Read a whole image now: its file will be gone."""
        with open(image, "rb") as file:  # noqa: PTH123 – as above
            self._adopt(marshal.load(file))
            self._image = Image(*marshal.load(file))

    def _adopt(self, policy: Mapping[str, Any]) -> None:
        self._names = policy["imports"]
        self._allowed.update(policy["common"])

    def allow(self, modules: Iterable[str]) -> None:
        """Let scripts import these modules and what is in them."""
        self._allowed.update(modules)

    def enter(self) -> None:
        """Let scripts import packages."""
        if self._names:
            sys.meta_path.append(self)

    def leave(self) -> None:
        """Make packages unimportable again."""
        if self._names:
            sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    @property
    def modules(self) -> dict[str, Any]:
        """The modules of packages that were imported, by name."""
        if self._image is None:
            return {}
        found = ((name, sys.modules.get(name)) for name in self._image.modules)
        return {name: module for name, module in found if module is not None}

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Return how to make the module *name*, None if no package has it.

        Raises:
            PackageNotAllowed: one has it, for other trust domains.
        """
        root = name.partition(".")[0]
        if root not in self._names:
            return None
        if root not in self._allowed:
            raise PackageNotAllowed(root, self._names[root])
        return self._content().spec(name)

    def find_distributions(self, context: Any) -> Iterator[Any]:
        """Yield the metadata of packages, for `importlib.metadata`."""
        wanted = None if context.name is None else _normalised(context.name)
        image = self._content() if self._names else None
        for path in image.files if image else ():
            folder, _, rest = path.partition("/")
            if rest == "METADATA" and folder.endswith(".dist-info"):
                name = _normalised(folder.partition("-")[0])
                if image is not None and wanted in (None, name):
                    yield _distribution(image, folder)

    def _content(self) -> Image:
        if self._image is None:
            assert self._path is not None
            with open(self._path, "rb") as file:  # noqa: PTH123 – as above
                marshal.load(file)
                self._image = Image(*marshal.load(file))
        return self._image


class Image:
    """The modules and files of all packages, compressed."""

    def __init__(
        self, modules: dict[str, tuple[bool, str, bytes]], files: dict[str, bytes]
    ) -> None:
        self.modules = modules
        """By name: whether it is a package, the path of its file, and its code."""
        self.files = files
        """By path."""
        self.folders = {
            path[:end]
            for path in (*files, *(module[1] for module in modules.values()))
            for end, letter in enumerate(path)
            if letter == "/"
        }

    def spec(self, name: str) -> ModuleSpec | None:
        """Return how to make a module: from its code, or as a folder without any."""
        loader: Any = _Loader(self, name)
        folder = name.replace(".", "/")
        if name in self.modules:
            is_package, path, _ = self.modules[name]
            spec = ModuleSpec(name, loader, origin=FOLDER + path, is_package=is_package)
            spec.has_location = True
        elif folder in self.folders:
            is_package, spec = True, ModuleSpec(name, None, is_package=True)
        else:
            return None
        if is_package:
            spec.submodule_search_locations = [FOLDER + folder]
        return spec

    def read(self, path: str) -> bytes:
        """Return the content of a file, by its path in the image."""
        if path not in self.files:
            raise FileNotFoundError(f"no file {path} in a package")
        return zlib.decompress(self.files[path])


class _Loader:
    """Runs a module's code, and reads the files beside it."""

    def __init__(self, image: Image, name: str) -> None:
        self._image = image
        self._name = name

    def create_module(self, _: ModuleSpec) -> None:
        """Leave the creation to Python."""

    def exec_module(self, module: Any) -> None:
        """Run the module's code."""
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, name: str) -> Any:
        """Return the code of a module."""
        return marshal.loads(zlib.decompress(self._image.modules[name][2]))

    def is_package(self, name: str) -> bool:
        """Whether a module has others in it."""
        return self._image.modules[name][0]

    def get_source(self, _: str) -> None:
        """Return None: there is the code only."""

    def get_data(self, path: str) -> bytes:
        """Return the content of a file, for `pkgutil`."""
        return self._image.read(path.removeprefix(FOLDER))

    def get_resource_reader(self, name: str) -> _Resources:
        """Return what `importlib.resources` reads the files of a package with."""
        return _Resources(self._image, name.replace(".", "/"))


class _Resources:
    def __init__(self, image: Image, path: str) -> None:
        self._path = _Path(image, path)

    def files(self) -> _Path:
        return self._path


class _Path:
    """A file or folder of a package, as `importlib.resources.abc.Traversable` describes it."""

    def __init__(self, image: Image, path: str) -> None:
        self._image = image
        self._path = path

    @property
    def name(self) -> str:
        return self._path.rpartition("/")[2]

    def is_dir(self) -> bool:
        return self._path in self._image.folders

    def is_file(self) -> bool:
        return self._path in self._image.files

    def iterdir(self) -> Iterator[_Path]:
        inside = self._path + "/"
        paths = (*self._image.files, *self._image.folders)
        names = {path[len(inside) :].partition("/")[0] for path in paths if path.startswith(inside)}
        return (self / name for name in sorted(names))

    def joinpath(self, *parts: str) -> _Path:
        steps = [step for part in parts for step in str(part).split("/") if step not in ("", ".")]
        if ".." in steps:
            raise FileNotFoundError(f"no file {'/'.join(steps)} in a package")
        return _Path(self._image, "/".join([self._path, *steps]))

    __truediv__ = joinpath

    def read_bytes(self) -> bytes:
        return self._image.read(self._path)

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def open(self, mode: str = "r", *_: Any, encoding: str | None = None, **more: Any) -> Any:
        import io

        stream = io.BytesIO(self.read_bytes())
        if "b" in mode:
            return stream
        return io.TextIOWrapper(stream, encoding or "utf-8", **more)

    def __str__(self) -> str:
        return FOLDER + self._path


def _normalised(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def _distribution(image: Image, folder: str) -> Any:
    """Return the metadata in a folder; `importlib.metadata` is loaded by the one who asks."""
    from importlib.metadata import Distribution

    class Found(Distribution):
        def read_text(self, filename: str) -> str | None:
            path = f"{folder}/{filename}"
            return image.read(path).decode("utf-8") if path in image.files else None

        def locate_file(self, path: Any) -> Any:
            return _Path(image, str(path))

    return Found()
