from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pybridge import resources
from pybridge.build.codegen import generate

Texts = dict[Path, str]


@pytest.fixture(scope="module")
def texts() -> Texts:
    return generate.generate()


def test_committed_files_are_what_would_be_generated(texts: Texts) -> None:
    assert generate.stale(texts=texts) == []


def test_a_planted_change_of_a_schema_makes_the_generated_files_stale(tmp_path: Path) -> None:
    schemas = tmp_path / "schemas"
    shutil.copytree(resources.schemas(), schemas)
    call = schemas / "call.v1.schema.json"
    text = call.read_text("utf-8")
    call.write_text(text.replace('"isPreview"', '"isDraft"'), "utf-8")
    assert generate.stale(texts=generate.generate(schemas)) == [
        Path("docs/abi.md"),
        Path("web_worker/generated/abi.d.ts"),
        Path("web_worker/generated/validators.js"),
        Path("web_worker/service/generated/rpc.d.ts"),
    ]


def test_changed_missing_and_forgotten_files_are_stale_until_written(
    texts: Texts, tmp_path: Path
) -> None:
    assert generate.write(tmp_path, texts) == list(texts)
    assert generate.stale(tmp_path, texts) == []
    generated = tmp_path / "web_worker" / "generated"
    (generated / "facts.js").write_text("", "utf-8")
    (generated / "abi.d.ts").unlink()
    (generated / "old.js").write_text("", "utf-8")
    expected = ["abi.d.ts", "facts.js", "old.js"]
    assert [path.name for path in generate.stale(tmp_path, texts)] == expected
    assert sorted(path.name for path in generate.write(tmp_path, texts)) == ["abi.d.ts", "facts.js"]


def test_generated_files_say_so_and_name_their_source(texts: Texts) -> None:
    for path, text in texts.items():
        head = text[:600]
        assert generate.HEADING in head, path
        assert "Source: " in head, path


def test_validators_need_no_code_generation_and_no_import(texts: Texts) -> None:
    text = texts[generate.GENERATED / "validators.js"]
    assert not re.search(
        r"\beval\b|new Function|(?<!')\brequire\(|\bimport\b", text.split("\n", 2)[2]
    )


@pytest.mark.parametrize("page", ["docs/abi.md", "docs/service-methods.md"])
def test_links_inside_the_reference_lead_somewhere(texts: Texts, page: str) -> None:
    text = texts[Path(page)]
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
    assert anchors & {"call", "methods"}
