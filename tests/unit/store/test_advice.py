"""Advice on scripts."""

from __future__ import annotations

import pytest

from pybridge.scripts_store.advice import advise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("list = 1", [(1, 1, "shadows-builtin")], id="name"),
        pytest.param("é = 1; id = 2", [(1, 8, "shadows-builtin")], id="column-in-code-points"),
        pytest.param("def render(context, *, type=1): pass", [(1, 24, "shadows-builtin")], id="argument"),
        pytest.param("def filter(): pass\nclass max: pass", [(1, 1, "shadows-builtin"), (2, 1, "shadows-builtin")], id="definitions"),
        pytest.param("x = id(1)", [], id="using-is-fine"),
        pytest.param("import socket, json", [(1, 1, "import")], id="refused"),
        pytest.param("def f():\n    from subprocess import run", [(2, 5, "import")], id="refused-inside"),
        pytest.param("import urllib.request", [(1, 1, "import")], id="no-network"),
        pytest.param("import urllib.parse\nfrom . import x", [], id="harmless"),
        pytest.param("def (", [], id="broken"),
        pytest.param("\ufeffimport js", [(1, 1, "import")], id="byte-order-mark"),
    ],
)  # fmt: skip
def test_names_and_imports(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert [each[:3] for each in advise(text, "map", {"note"})] == expected


def test_a_macro_in_the_place_of_a_built_in_one() -> None:
    [advice] = advise("x = 1", "note", {"note"})
    assert advice.message == "this macro takes the place of the built-in 'note'"
    assert advise("x = 1", None, {"note"}) == []
