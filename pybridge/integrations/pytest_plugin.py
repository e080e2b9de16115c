"""A plugin of pytest: fixtures that render a project's macros, and the examples of its scripts as tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pytest imports this module in every run: what is not used costs nothing
    from pybridge.commands.work.testing import Tested
    from pybridge.library import Rendered, Runtime

RenderMacro = Callable[..., "Rendered"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of pytest.ini or pyproject.toml."""
    parser.addini(
        "pybridge_project", "folder of the pybridge project, relative to the root", default="."
    )
    parser.addini(
        "pybridge_examples", "run the examples of its scripts", type="bool", default=False
    )
    parser.addini("pybridge_engine", "where macros run: wasi, browser, native", default="wasi")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect the examples in the scripts of the project, and beside them."""
    config = parent.config
    if not config.getini("pybridge_examples") or file_path.suffix not in {".py", ".md"}:
        return None
    if not file_path.is_relative_to(_project(config) / "scripts"):
        return None
    return ExampleFile.from_parent(parent, path=file_path)


def _project(config: pytest.Config) -> Path:
    return config.rootpath / str(config.getini("pybridge_project"))


class ExampleFile(pytest.File):
    """A script, or a document beside one."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each example in the file."""
        project = _project(self.config)
        name = self.path.relative_to(project).as_posix()
        for number, tested in enumerate(_tested(self.config)):
            if tested.example.path == name:
                label = f"{tested.example.script}: {tested.example.name}"
                yield ExampleItem.from_parent(self, name=label, number=number)


class ExampleItem(pytest.Item):
    """One example."""

    def __init__(self, *, number: int, **given: Any) -> None:
        super().__init__(**given)
        self._tested = _tested(self.config)[number]

    def runtest(self) -> None:
        """Fail if the example has another outcome than it must have."""
        tested = self._tested
        if tested.status == "failed":
            from pybridge.errors.text import error_text

            texts = [error_text(error) for error in tested.errors] or [tested.difference()]
            pytest.fail("\n".join([tested.message, *texts]), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it is."""
        return self.path, self._tested.example.line - 1, self.name


_TESTED = pytest.StashKey[Sequence["Tested"]]()


def _tested(config: pytest.Config) -> Sequence[Tested]:
    """Return the outcomes of all examples of the project, which run once, as one batch."""
    if _TESTED not in config.stash:
        from pybridge.commands.work.testing import run_project_examples
        from pybridge.engines import EngineChoice
        from pybridge.project.discover import require_project

        project = require_project(config.rootpath, _project(config))
        engine = EngineChoice(str(config.getini("pybridge_engine")))
        config.stash[_TESTED] = run_project_examples(project, engine).tests
    return config.stash[_TESTED]


@pytest.fixture(scope="session")
def pybridge_runtime(pytestconfig: pytest.Config) -> Iterator[Runtime]:
    """A warm `pybridge.Runtime` with the scripts of the project."""
    from pybridge.library import Runtime

    project = _project(pytestconfig)
    engine = str(pytestconfig.getini("pybridge_engine"))
    with Runtime(project=project, engine=engine) as runtime:
        yield runtime


@pytest.fixture
def render_macro(pybridge_runtime: Runtime) -> RenderMacro:
    """A function that renders a document, as `Runtime.render`; a macro that fails, fails the test."""

    def render(text: str, **options: object) -> Rendered:
        rendered = pybridge_runtime.render(text, **options)  # type: ignore[arg-type]
        if rendered.errors:
            pytest.fail("\n\n".join(map(str, rendered.errors)), pytrace=False)
        return rendered

    return render
