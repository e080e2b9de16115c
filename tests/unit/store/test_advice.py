"""Advice on scripts."""

from __future__ import annotations

import pytest

from pybridge.scripts_store.advice import advise, advise_on_name


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


@pytest.mark.parametrize(
    ("path", "slug", "name"),
    [
        ("scripts/my-card.py", "my_card", "[[my_card]]"),
        ("scripts/Über uns.py", "uber_uns", "[[uber_uns]]"),
        ("scripts/日本語.py", "script", "[[script]]"),
        ("scripts/map.py", "map", None),
        ("scripts/map.py", "atlas", None),
        ("scripts/my-tool.py", None, None),
    ],
)
def test_a_name_that_documents_write_in_another_way_is_shown(
    path: str, slug: str | None, name: str | None
) -> None:
    found = advise_on_name(path, slug)
    assert [name in each.message for each in found if name] == [True] * bool(name)
    assert bool(found) is bool(name)
