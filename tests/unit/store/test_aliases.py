from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.errors import Conflict, PybridgeError, UsageError
from pybridge.scripts_store.edits.alias_text import AliasesUnwritable, with_aliases
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.store import ScriptStore
from tests.unit.store.conftest import MACRO, header

TOP = header(slug="x")
ROWS = 'ALIASES = [\n    "a",  # A\n    "b",  # B\n]  # end\n'


@pytest.mark.parametrize(
    ("text", "aliases", "expected"),
    [
        pytest.param('ALIASES = ["a", "b"]\n', "a", 'ALIASES = ["a"]\n', id="last-goes"),
        pytest.param('ALIASES = ["a", "b"]\n', "b", 'ALIASES = ["b"]\n', id="first-goes"),
        pytest.param('ALIASES = ["a"]\n', "abc", 'ALIASES = ["a", "b", "c"]\n', id="added"),
        pytest.param("ALIASES = ['a', 'b']\n", "ba", "ALIASES = ['a', 'b']\n", id="order-stays"),
        pytest.param('ALIASES = ["a"]\n', "", "ALIASES = []\n", id="none-left"),
        pytest.param("ALIASES = []\n", "a", 'ALIASES = ["a"]\n', id="was-empty"),
        pytest.param(ROWS, "a", ROWS.replace('    "b",  # B\n', ""), id="row-goes"),
        pytest.param(ROWS, "b", ROWS.replace('"a",  # A\n    ', ""), id="first-row-goes"),
        pytest.param(ROWS, "abc", ROWS.replace("# B\n", '# B\n    "c",\n'), id="row-added"),
        pytest.param(ROWS, "bc", 'ALIASES = [\n    "b",  # B\n    "c",\n]  # end\n', id="rows-both"),
        pytest.param("ALIASES = ('ä', 'b')\n", "b", "ALIASES = ('b',)\n", id="tuple"),
        pytest.param("ALIASES = 'a', 'b'\n", "b", 'ALIASES = ["b"]\n', id="bare-tuple"),
        pytest.param("ä = 'ä'; ALIASES: list = ['a']; y = 1", "b", "ä = 'ä'; ALIASES: list = [\"b\"]; y = 1", id="in-a-row"),
        pytest.param("if True:\n    ALIASES = ['a']\n", "b", 'if True:\n    ALIASES = ["b"]\n', id="inside-if"),
        pytest.param(f"{TOP}\n\n{MACRO}", "a", f'{TOP}\nALIASES = ["a"]\n\n\n{MACRO}', id="new-behind-header"),
        pytest.param(f"import re\r\n{MACRO}", "a", f'import re\r\n\r\nALIASES = ["a"]\r\n\r\n{MACRO}', id="new-behind-imports"),
        pytest.param("#! python\nx = 1", "a", '#! python\n\nALIASES = ["a"]\n\nx = 1', id="new-behind-comment"),
        pytest.param('\ufeff"""doc"""', "a", '\ufeff"""doc"""\n\nALIASES = ["a"]\n', id="new-at-the-end"),
        pytest.param("def f():\n    ALIASES = 3\n", "", "def f():\n    ALIASES = 3\n", id="none-and-none"),
    ],
)  # fmt: skip
def test_only_the_literal_changes(text: str, aliases: str, expected: str) -> None:
    assert with_aliases("scripts/x.py", text, list(aliases)) == expected


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("x = 1\nALIASES = list('a')\n", 2, "is computed here", id="computed"),
        pytest.param("ALIASES = ['a', x]\n", 1, "is computed here", id="partly"),
        pytest.param("ALIASES = OTHER = ['a']\n", 1, "is computed here", id="shared"),
        pytest.param("ALIASES = ['a']\nALIASES += ['b']\n", 1, "in lines 1, 2", id="twice"),
        pytest.param("ALIASES = ['a', ('b')]\n", 1, "without changing more", id="in-parentheses"),
        pytest.param("x = 1\ndef f(:\n", 2, "SyntaxError", id="broken"),
    ],
)
def test_what_cannot_be_rewritten_safely_is_refused_with_its_place(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(AliasesUnwritable, match=words) as refused:
        with_aliases("scripts/x.py", text, ["b"])
    assert refused.value.places()["script"] == {
        "path": "scripts/x.py",
        "line": line,
        "column": refused.value.column,
    }
    assert refused.value.hint


def write(root: Path, path: str, text: str) -> Path:
    target = root / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, "utf-8")
    return target


@pytest.fixture
def script(root: Path) -> Path:
    write(root, "a.md", "[[Chart]] [[plan x=1]] `[[chart]]` [[map]]")
    write(root, "b.md", "[[plan]]")
    return write(root, "scripts/map.py", f'ALIASES = ["chart", "plan"]\n{MACRO}')


def test_documents_follow_the_names_that_go(store: ScriptStore, root: Path, script: Path) -> None:
    before = script.read_text("utf-8")
    dry = store.change_aliases("map", ["plan"], update_documents=True, dry_run=True)
    assert (dry.is_done, script.read_text("utf-8")) == (False, before)
    assert [(each.path, each.places) for each in dry.documents] == [("a.md", ((1, 1),))]
    done = store.change_aliases("map", ["plan"], update_documents=True)
    assert done.documents == dry.documents
    assert (root / "a.md").read_text("utf-8") == "[[map]] [[plan x=1]] `[[chart]]` [[map]]"
    assert script.read_text("utf-8") == f'ALIASES = ["plan"]\n{MACRO}'
    assert [entry.event for entry in store.past("map")[1]] == ["updated"]


def test_documents_are_left_alone_unless_asked(
    store: ScriptStore, root: Path, script: Path
) -> None:
    done = store.change_aliases("map", [])
    assert done.notes == ("2 documents still use [[chart]], [[plan]]",)
    assert (root / "b.md").read_text("utf-8") == "[[plan]]"


def test_uses_of_another_script_of_that_name_are_not_its_uses(
    store: ScriptStore, root: Path, script: Path
) -> None:
    write(root, "scripts/plan.py", MACRO)
    assert [each.path for each in store.change_aliases("map", []).documents] == ["a.md"]


def test_the_same_aliases_write_nothing(store: ScriptStore, script: Path) -> None:
    before = script.stat().st_mtime_ns
    assert store.change_aliases("map", ["plan", "chart"]).documents == ()
    assert script.stat().st_mtime_ns == before
    assert store.past("map")[1] == []


@pytest.mark.parametrize(
    ("aliases", "kind", "words"),
    [
        pytest.param(["chart", "a-b"], UsageError, "can never be called", id="hyphen"),
        pytest.param(["MAP"], UsageError, "slug already", id="own-slug"),
        pytest.param(["x", "X"], UsageError, "given twice", id="twice"),
        pytest.param(["other"], Conflict, "is a name of scripts/other.py", id="slug-of-another"),
        pytest.param(["Elsewhere"], Conflict, "scripts/other.py", id="alias-of-another"),
    ],
)
def test_names_that_could_not_be_called_are_refused(
    store: ScriptStore, root: Path, script: Path, aliases: list[str], kind: type[PybridgeError], words: str
) -> None:  # fmt: skip
    write(root, "scripts/other.py", f"ALIASES = ['elsewhere']\n{MACRO}")
    before = script.read_text("utf-8")
    with pytest.raises(kind, match=words):
        store.change_aliases("map", aliases)
    with pytest.raises(StaleWrite):
        store.change_aliases("map", [], expected="0" * 64)
    assert script.read_text("utf-8") == before
