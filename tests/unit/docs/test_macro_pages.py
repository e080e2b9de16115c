"""The generated pages on the built-in macros: complete, linked, and with outputs worth showing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pybridge.build.codegen.macro_docs import macro_docs
from tests.unit.macros.host import DEFAULT_SCRIPTS, Host

ROOT = Path(__file__).parents[3]
PAGES = {path.stem: text for path, text in macro_docs("heading").items()}
MACROS = sorted(path.stem for path in DEFAULT_SCRIPTS.glob("*.py"))
EACH = pytest.mark.parametrize("name", MACROS)
EXAMPLE = re.compile(
    r"^```markdown\n(.*?)^```\n\nbecomes\n\n```(?:html|markdown)\n(.*?)^```$", re.M | re.S
)


def test_every_built_in_macro_has_a_page_and_is_listed() -> None:
    assert sorted(PAGES) == ["README", *MACROS]
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", PAGES["README"], re.M) == MACROS


@EACH
def test_page_names_every_param(name: str) -> None:
    known = Host().load(**{name: (DEFAULT_SCRIPTS / f"{name}.py").read_text("utf-8")})[0]
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.+) \|$", PAGES[name], re.M)
    params = known["params"]["properties"].items()
    assert rows == [(param, schema["description"]) for param, schema in params]


@EACH
def test_page_has_examples_that_show_something(name: str) -> None:
    examples = EXAMPLE.findall(PAGES[name])
    assert len(examples) >= 3
    assert all(text.count(f"[[{name}") or "second name" in PAGES[name] for text, _ in examples)
    assert f'class="macro-{name.replace("_", "-")}' in "".join(output for _, output in examples)


def test_links_lead_somewhere() -> None:
    folder = ROOT / "docs" / "macros"
    links = [link for text in PAGES.values() for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert [link for link in links if not (folder / link).exists()] == []
