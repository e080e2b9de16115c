"""A plugin of pytest: fixtures that render a project's macros."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest imports this module in every run: what is not used costs nothing
    from pybridge.library import Rendered, Runtime

RenderMacro = Callable[..., "Rendered"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of pytest.ini or pyproject.toml."""
    parser.addini(
        "pybridge_project", "folder of the pybridge project, relative to the root", default="."
    )
    parser.addini("pybridge_engine", "where macros run: wasi, browser, native", default="wasi")


@pytest.fixture(scope="session")
def pybridge_runtime(pytestconfig: pytest.Config) -> Iterator[Runtime]:
    """A warm `pybridge.Runtime` with the scripts of the project."""
    from pybridge.library import Runtime

    project = pytestconfig.rootpath / str(pytestconfig.getini("pybridge_project"))
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
