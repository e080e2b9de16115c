from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.project.discover import Project, require_project
from pybridge.service.methods import METHODS
from pybridge.service.service import Service
from tests.service.conftest import MACRO, Call, sha256

OTHER = "def render(context):\n    return {'text': 'y'}\n"


def test_every_method_of_the_schema_is_there_and_no_other() -> None:
    told = abi.all_schemas()["rpc"]["$defs"]["methods"]["properties"]
    assert set(told) == {*METHODS, "cancel"}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("project.info", {}),
        ("project.shared", {"preview": False}),
        ("project.seed", {"dryRun": True}),
        ("scripts.list", {}),
        ("scripts.read", {"name": "map"}),
        ("scripts.read", {"name": "youtube"}),
        ("scripts.sources", {}),
        ("scripts.write", {"name": "map", "content": OTHER, "expected": sha256(MACRO)}),
        ("scripts.update", {"name": "map", "fields": {"title": "Map"}, "addHeader": True}),
        ("scripts.create", {"title": "Photo map", "kind": "transform"}),
        ("scripts.create", {"title": "x", "slug": "own", "body": "y = 1\n", "kind": "utility"}),
        ("scripts.rename", {"name": "map", "slug": "atlas", "updateDocuments": True}),
        ("scripts.rename", {"name": "map", "slug": "atlas", "dryRun": True}),
        ("scripts.aliases", {"name": "map", "aliases": ["chart"], "expected": sha256(MACRO)}),
        ("scripts.aliases", {"name": "map", "aliases": ["chart"], "dryRun": True}),
        ("scripts.delete", {"name": "map", "expected": sha256(MACRO)}),
        ("scripts.disable", {"name": "map", "addHeader": True}),
        ("scripts.enable", {"name": "map"}),
        ("scripts.history", {"name": "map"}),
        ("scripts.search", {"words": "render"}),
        ("scripts.uses", {"name": "map"}),
        ("check.project", {}),
        ("check.project", {"names": ["map"]}),
        ("check.source", {"path": "scripts/x.py", "content": "def render(:\n"}),
        ("index.diff", {}),
        ("index.sync", {}),
        ("index.sync", {"paths": ["scripts/map.py"], "prefer": "index"}),
        ("index.rebuild", {}),
        ("documents.list", {}),
        ("documents.read", {"path": "posts/trip.md"}),
        ("documents.write", {"path": "posts/new.md", "text": "x\n", "expected": None}),
        ("documents.prepare", {"path": "posts/trip.md"}),
        ("documents.html", {"parts": ["*a*"], "macros": []}),
        ("scripts.run", {"name": "map"}),
        (
            "scripts.transform",
            {"post": {"title": "T", "content": "C", "tags": [], "categories": []}},
        ),
        ("cancel", {"id": 5}),
    ],
)
def test_methods_answer_as_the_schema_says(call: Call, method: str, params: Any) -> None:
    assert "code" not in call(method, **params)


def test_sources_carry_their_trust_domain(call: Call, root: Path) -> None:
    (root / "scripts" / "odd.py").write_text(OTHER, "utf-8")
    table = '[trust]\ndomains = { "scripts/odd.py" = "odd" }\n'
    (root / "pybridge.toml").write_text(table, "utf-8")
    with Service(require_project(root), watch=False) as service:
        listed: Any = service.handle(
            {"jsonrpc": "2.0", "id": 1, "method": "scripts.sources", "params": {}}
        )
    sources = {each["path"]: each.get("domain") for each in listed["result"]["scripts"]}
    assert (sources["scripts/odd.py"], sources["scripts/map.py"]) == ("odd", None)


def test_a_list_counts_the_documents_that_use_a_macro(call: Call) -> None:
    listed = call("scripts.list")
    assert listed["uses"] == {"scripts/map.py": 1}
    assert next(each["slug"] for each in listed["scripts"] if each["origin"] == "project") == "map"


def test_a_write_gives_what_is_there_now_and_keeps_what_was(call: Call, root: Path) -> None:
    done = call("scripts.write", name="map", content=OTHER, expected=sha256(MACRO))
    assert (root / "scripts" / "map.py").read_text("utf-8") == OTHER == done["content"]
    assert done["change"]["sha256"] == sha256(OTHER)
    kept = call("scripts.version", name="map", sha256=sha256(MACRO))
    assert kept == {"sha256": sha256(MACRO), "content": MACRO}
    restored = call("scripts.restore", name="map", version=sha256(MACRO)[:6])
    assert restored["content"] == MACRO


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("scripts.write", {"content": OTHER}),
        ("scripts.update", {"fields": {"title": "T"}, "addHeader": True}),
        ("scripts.rename", {"slug": "atlas"}),
        ("scripts.aliases", {"aliases": ["chart"]}),
        ("scripts.delete", {}),
        ("scripts.enable", {}),
        ("scripts.disable", {"addHeader": True}),
        ("scripts.restore", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_against_a_stale_hash_is_refused_with_the_present_one(
    call: Call, root: Path, method: str, params: Any
) -> None:
    call("scripts.write", name="map", content=OTHER, expected=sha256(MACRO))
    call("scripts.write", name="map", content=MACRO, expected=sha256(OTHER))
    error = call(method, name="map", expected=sha256("something else"), **params)
    assert (error["code"], error["sha256"]) == ("conflict", sha256(MACRO))
    assert (root / "scripts" / "map.py").read_text("utf-8") == MACRO


def test_a_rename_rewrites_documents_when_asked(call: Call, root: Path) -> None:
    done = call("scripts.rename", name="map", slug="atlas", updateDocuments=True)
    assert [document["path"] for document in done["change"]["documents"]] == ["posts/trip.md"]
    assert "[[atlas]] [[atlas]]" in (root / "posts" / "trip.md").read_text("utf-8")


def test_an_alias_that_goes_is_rewritten_where_it_was_used(call: Call, root: Path) -> None:
    added = call("scripts.aliases", name="map", aliases=["chart", "plan"])
    assert added["content"] == f'ALIASES = ["chart", "plan"]\n\n{MACRO}'
    assert added["script"]["aliases"] == ["chart", "plan"]
    (root / "posts" / "old.md").write_text("[[chart]] and [[map]]\n", "utf-8")
    sha = added["change"]["sha256"]
    dry = call("scripts.aliases", name="map", aliases=["plan"], dryRun=True, expected=sha)
    assert (dry["change"]["done"], dry["content"]) == (False, None)
    assert [each["path"] for each in dry["change"]["documents"]] == ["posts/old.md"]
    done = call("scripts.aliases", name="map", aliases=["plan"], updateDocuments=True, expected=sha)
    assert done["change"]["documents"] == dry["change"]["documents"]
    assert (root / "posts" / "old.md").read_text("utf-8") == "[[map]] and [[map]]\n"
    assert (root / "scripts" / "map.py").read_text("utf-8") == done["content"]


def test_computed_aliases_are_refused_with_their_place(call: Call, root: Path) -> None:
    path = root / "scripts" / "map.py"
    path.write_text(f"{MACRO}ALIASES = list('ab')\n", "utf-8")
    error = call("scripts.aliases", name="map", aliases=["chart"])
    assert error["code"] == "usage"
    assert error["script"] == {"path": "scripts/map.py", "line": 3, "column": 1}
    assert error["hint"] == "change ALIASES in the source"
    assert path.read_text("utf-8") == f"{MACRO}ALIASES = list('ab')\n"


def test_another_kind_brings_its_entry_point_along(call: Call) -> None:
    made = call("scripts.create", title="One", kind="macro")
    name, sha = made["change"]["path"], made["change"]["sha256"]
    done = call("scripts.update", name=name, fields={"kind": "transform"}, expected=sha)
    assert (done["script"]["kind"], done["script"]["entrypoint"]) == ("transform", "transform")


def test_a_document_that_is_gone_is_not_found(call: Call, root: Path) -> None:
    (root / "posts" / "trip.md").unlink()
    error = call("documents.read", path="posts/trip.md")
    assert (error["code"], error["message"]) == ("not-found", "posts/trip.md: no such file")


def test_a_built_in_macro_is_no_file_to_change(call: Call) -> None:
    error = call("scripts.write", name="youtube", content="x", expected=sha256("x"))
    assert (error["code"], error["hint"]) == (
        "usage",
        "copy it into the project with `pybridge seed`",
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\x", "scripts/../../x.py"])
@pytest.mark.parametrize("method", ["scripts.read", "scripts.delete", "scripts.history"])
def test_a_name_is_looked_up_and_never_opened(call: Call, method: str, name: str) -> None:
    assert call(method, name=name)["code"] == "not-found"


@pytest.mark.parametrize("slug", ["../evil", "a/b", "a\\b", "A", "con", "ä"])
@pytest.mark.parametrize("method", ["scripts.create", "scripts.rename"])
def test_a_slug_is_a_plain_name(call: Call, root: Path, method: str, slug: str) -> None:
    before = sorted(root.parent.rglob("*.py"))
    params = {"title": "x"} if method == "scripts.create" else {"name": "map"}
    assert call(method, slug=slug, **params)["code"] == "usage"
    assert sorted(root.parent.rglob("*.py")) == before


def test_metadata_goes_both_ways_for_chosen_scripts(call: Call, root: Path) -> None:
    for name in ("a", "b"):
        call("scripts.create", title=name, kind="macro")
    call("index.sync")
    for name in ("a", "b"):
        path = root / "scripts" / f"{name}.py"
        path.write_text(
            path.read_text("utf-8").replace(f'title: "{name}"', 'title: "New"'), "utf-8"
        )
    found = {each["path"]: each["fields"] for each in call("index.diff")["differences"]}
    assert found["scripts/a.py"] == [{"field": "title", "disk": "New", "index": "a"}]
    assert set(found) == {"scripts/a.py", "scripts/b.py"}
    done = call("index.sync", prefer="index", paths=["scripts/a.py"])
    assert done["written"] == ["scripts/a.py"]
    assert 'title: "a"' in (root / "scripts" / "a.py").read_text("utf-8")
    assert [each["path"] for each in call("index.diff")["differences"]] == ["scripts/b.py"]
    call("index.sync", prefer="disk", paths=["scripts/b.py"])
    assert call("index.diff")["same"]
    assert call("scripts.read", name="b")["script"]["title"] == "New"


def test_documents_are_listed_in_pages_and_by_what_they_use(call: Call, root: Path) -> None:
    for number in range(5):
        (root / "posts" / f"p{number}.md").write_text("[[note]]" if number % 2 else "", "utf-8")
    assert call("documents.list", limit=2, offset=1) == {
        "documents": [{"path": "posts/p1.md", "macros": {"note": 1}}, {"path": "posts/p2.md", "macros": {}}],
        "total": 6,
    }  # fmt: skip
    assert [each["path"] for each in call("documents.list", using="Map")["documents"]] == [
        "posts/trip.md"
    ]
    assert call("documents.list", words="POSTS p3")["total"] == 1


def test_a_document_is_written_against_what_was_read(call: Call, root: Path) -> None:
    read = call("documents.read", path="posts/trip.md")
    written = call("documents.write", path="posts/trip.md", text="new\n", expected=read["sha256"])
    assert written["sha256"] == sha256("new\n")
    stale = call("documents.write", path="posts/trip.md", text="x", expected=read["sha256"])
    assert (stale["code"], stale["sha256"]) == ("conflict", sha256("new\n"))
    there = call("documents.write", path="posts/trip.md", text="x", expected=None)
    assert (there["code"], there["sha256"]) == ("conflict", sha256("new\n"))
    gone = call("documents.write", path="posts/none.md", text="x", expected=sha256("y"))
    assert (gone["code"], gone.get("sha256")) == ("conflict", None)
    assert (root / "posts" / "trip.md").read_text("utf-8") == "new\n"


def test_a_byte_order_mark_and_line_ends_stay(call: Call, root: Path) -> None:
    path = root / "posts" / "trip.md"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    read = call("documents.read", path="posts/trip.md")
    assert read["text"] == "a\r\nb\r\n"
    call("documents.write", path="posts/trip.md", text="a\r\nc\r\n", expected=read["sha256"])
    assert path.read_bytes() == b"\xef\xbb\xbfa\r\nc\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.md",
        "/etc/passwd",
        "C:\\secret.md",
        ".pybridge/index.db",
        ".git/config.md",
        "posts/.hidden.md",
        "scripts/map.py",
        "node_modules/a.md",
        "posts/out.md",
        "posts/history.md",
        "linked/x.md",
    ],
)
def test_no_document_is_anywhere_else(call: Call, root: Path, path: str) -> None:
    (root.parent / "secret.md").write_text("secret", "utf-8")
    (root / ".pybridge").mkdir(exist_ok=True)
    (root / ".pybridge" / "x.md").write_text("inner", "utf-8")
    (root / "posts" / "out.md").symlink_to(root.parent / "secret.md")
    (root / "posts" / "history.md").symlink_to(root / ".pybridge" / "x.md")
    (root / "linked").symlink_to(root.parent)
    for method, params in (
        ("documents.read", {}),
        ("documents.prepare", {}),
        ("documents.prepare", {"text": "x"}),
        ("documents.write", {"text": "gone", "expected": sha256("secret")}),
        ("documents.write", {"text": "gone", "expected": None}),
    ):
        error = call(method, path=path, **params)
        assert (error["code"], error["pointer"]) == ("usage", "/path"), method
    assert (root.parent / "secret.md").read_text("utf-8") == "secret"


def test_a_new_name_must_not_be_another_files_elsewhere(call: Call) -> None:
    error = call("documents.write", path="Posts/Trip.md", text="x", expected=None)
    assert (error["code"], "posts" in error["message"]) == ("conflict", True)


def test_a_kept_path_that_leads_out_is_not_restored(call: Call, root: Path) -> None:
    call("scripts.delete", name="map")
    journal = root / ".pybridge" / "history" / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8").replace("scripts/map.py", "../evil.py"), "utf-8")
    assert call("scripts.restore", name="map")["code"] == "usage"
    assert not (root.parent / "evil.py").exists()


def test_a_folder_of_scripts_that_leads_out_is_not_written_to(call: Call, root: Path) -> None:
    outside = root.parent / "elsewhere"
    (root / "scripts").rename(outside)
    (root / "scripts").symlink_to(outside)
    assert call("scripts.create", title="x")["code"] == "usage"
    assert [path.name for path in outside.iterdir()] == ["map.py"]


def test_a_document_is_prepared_as_the_command_line_reads_it(call: Call) -> None:
    text = "---\ntitle: T\ntags: [a]\nlinkedMediaIds: [m1]\n---\nBody\n"
    prepared = call("documents.prepare", path="posts/unsaved.md", text=text)
    assert prepared == {
        "document": {
            "path": "posts/unsaved.md",
            "text": text,
            "post": {"id": "unsaved", "title": "T", "tags": ["a"], "linkedMediaIds": ["m1"], "slug": "unsaved"},
            "data": {"linkedMediaIds": ["m1"]},
        },
        "transformPost": {"title": "T", "content": "Body\n", "tags": ["a"], "categories": []},
        "problem": None,
    }  # fmt: skip


def test_a_rendered_document_becomes_a_page_without_script(call: Call) -> None:
    macro = {
        "name": "map", "slug": "map", "scriptId": "i", "raw": "[[map]]", "display": "inline", "ordinal": 1,
        "position": {"line": 1, "column": 1, "offset": 0}, "status": "ok", "result": {"html": "<b>map</b>"},
    }  # fmt: skip
    parts = ["---\ntitle: T\n---\n*a* <script>x</script> ", 0, "\n"]
    made = call("documents.html", parts=parts, macros=[macro])
    html = made["html"]
    assert made["warnings"] == [
        {"code": "html-left-out", "message": "left out of the HTML: <script>"}
    ]
    assert "<em>a</em>" in html
    assert "<b>map</b>" in html
    assert "<script" not in html
    assert "title" not in html


def test_a_failed_macro_leaves_its_mark_in_a_preview_alone(call: Call) -> None:
    macro = {
        "name": "map", "slug": "map", "scriptId": "i", "raw": "[[map]]", "display": "inline", "ordinal": 1,
        "position": {"line": 1, "column": 1, "offset": 0}, "status": "error",
        "error": {"code": "exception", "message": "broken here"},
    }  # fmt: skip
    marked = call("documents.html", parts=[0], macros=[macro])["html"]
    plain = call("documents.html", parts=[0], macros=[macro], preview=False)["html"]
    assert ("broken here" in marked, "broken here" in plain) == (True, False)


def test_a_part_without_its_macro_is_refused_with_its_place(call: Call) -> None:
    error = call("documents.html", parts=["a", 1], macros=[])
    assert (error["code"], error["pointer"]) == ("usage", "/parts/1")


def test_broken_front_matter_costs_the_post_and_says_where(call: Call) -> None:
    prepared = call("documents.prepare", path="posts/a.md", text="---\na: [\n---\nx\n")
    assert prepared["transformPost"] is None
    assert prepared["problem"]["call"]["path"] == "posts/a.md"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("a\0b", "encoding", id="nul"),
        pytest.param("x" * 2000, "input-limit", id="size"),
    ],
)
def test_what_is_no_document_is_not_written(call: Call, root: Path, text: str, code: str) -> None:
    (root / "pybridge.toml").write_text("[limits]\ninputBytes = 1000\n", "utf-8")
    assert call("documents.write", path="posts/n.md", text=text, expected=None)["code"] == code
    assert not (root / "posts" / "n.md").exists()


def test_settings_are_read_anew_and_broken_ones_are_said(call: Call, root: Path) -> None:
    (root / "pybridge.toml").write_text('mainLanguage = "de"\n', "utf-8")
    assert call("project.shared")["env"] == {"isPreview": True, "mainLanguage": "de"}
    (root / "pybridge.toml").write_text("mainLanguage = \n", "utf-8")
    info = call("project.info")
    assert info["mainLanguage"] == "de"
    assert "pybridge.toml" in info["notes"][0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("x = 1\0\n", "encoding", id="nul"),
        pytest.param("# " + "x" * 4 * 1024 * 1024, "input-limit", id="size"),
    ],
)
def test_what_would_be_no_script_any_more_is_not_written(
    call: Call, root: Path, content: str, code: str
) -> None:
    assert (
        call("scripts.write", name="map", content=content, expected=sha256(MACRO))["code"] == code
    )
    assert call("scripts.create", title="x", body=content)["code"] == code
    assert [path.name for path in (root / "scripts").glob("*.py")] == ["map.py"]


def test_what_documents_share_follows_every_change(root: Path) -> None:
    with Service(Project(root)) as service:

        def tags() -> Any:
            answer: Any = service.handle(request("project.shared", {}))
            return [each["tag"] for each in answer["result"]["data"]["tagUsage"]]

        heard = threading.Event()
        service.subscribe(lambda event: heard.set())
        assert tags() == []
        text = "---\ntags: [a]\n---\n"
        write = {"path": "posts/a.md", "text": text, "expected": None}
        service.handle(request("documents.write", write))
        assert tags() == ["a"]
        heard.wait(20)
        heard.clear()
        (root / "posts" / "b.md").write_text("---\ntags: [b]\n---\n", "utf-8")
        assert heard.wait(20)
        assert tags() == ["a", "b"]


def request(method: str, params: Any) -> Any:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def test_a_listener_that_fails_does_not_keep_others_from_hearing(service: Service) -> None:
    heard: list[str] = []
    service.subscribe(lambda _: 1 / 0)  # type: ignore[arg-type]
    unsubscribe = service.subscribe(lambda event: heard.append(event["method"]))
    service.handle(request("index.sync", {}))
    unsubscribe()
    service.handle(request("index.sync", {}))
    assert heard == ["index.synced"]
