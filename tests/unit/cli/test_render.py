"""`pybridge render`: what goes in, what comes out, what is said about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from tests.unit.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("project")


def test_one_document_goes_to_stdout(cli: Cli) -> None:
    done = cli("render", "posts/good.md")
    assert (done.code, done.out) == (0, "---\ntitle: Good\ntags: [a]\n---\nA HI! B\n")
    assert "1 document, 1 macro, 0 failed" in done.err


def test_a_failing_macro_is_told_in_the_documents_terms(cli: Cli) -> None:
    done = cli("render", "posts/deep/bad.md")
    assert done.code == 1
    assert done.out == "one\n\n   [[nope]]\n"
    head = "error: posts/deep/bad.md:3:3 → scripts/broken.py:2 in render: KeyError: 'year'"
    assert head in done.err.splitlines()
    assert "→ 2     return" in done.err
    assert "hint: " in done.err
    assert "warning: posts/deep/bad.md:3:14: no macro named 'nope'" in done.err


def test_json_is_one_document(cli: Cli) -> None:
    done = cli("render", "posts", "--json")
    assert done.code == 1
    assert not abi.validate("cli-render", done.json)
    bad, good = done.json["documents"]
    assert (bad["path"], good["path"]) == ("posts/deep/bad.md", "posts/good.md")
    assert good["output"].endswith("A HI! B\n")
    assert {key: good["macros"][0][key] for key in ("name", "status", "position")} == {
        "name": "shout",
        "status": "ok",
        "position": {"path": "posts/good.md", "line": 5, "column": 3, "offset": 32},
    }
    assert "durationUs" in good["macros"][0]
    assert [macro["status"] for macro in bad["macros"]] == ["error", "unknown"]
    assert bad["errors"][0]["script"]["line"] == 2
    numbers = {
        key: done.json["stats"][key]
        for key in ("documents", "macros", "failed", "unknown", "engine")
    }
    assert numbers == {"documents": 2, "macros": 3, "failed": 1, "unknown": 1, "engine": "native"}


def test_out_keeps_the_tree_and_the_sources(cli: Cli, project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.md")}
    done = cli("render", "posts", "--out", "out", "--json")
    written = sorted(
        str(path.relative_to("out")) for path in Path("out").rglob("*") if path.is_file()
    )
    assert written == [".pybridge-output", "deep/bad.md", "good.md"]
    assert [entry["target"] for entry in done.json["documents"]] == [
        "out/deep/bad.md",
        "out/good.md",
    ]
    assert all("output" not in entry for entry in done.json["documents"])
    assert {path: path.read_bytes() for path in before} == before
    assert len(cli("render", ".", "--out", "out", "--json").json["documents"]) == 2


def test_html_writes_pages_and_a_list(cli: Cli) -> None:
    done = cli("render", "posts", "--out", "out", "--html")
    assert done.code == 1
    page = Path("out/good.html").read_text()
    assert "<title>Good</title>" in page
    assert "<p>A HI! B</p>" in page
    listing = Path("out/index.html").read_text()
    assert 'href="deep/bad.html"' in listing
    assert "KeyError: &#39;year&#39;" in listing
    assert "open out/index.html" in done.err


def test_a_page_warns_of_what_its_own_html_loses(cli: Cli) -> None:
    text = "Use <script> and <use>.\n\n<iframe src=/x></iframe>\n\nThe *rest*.\n"
    Path("w.md").write_text(text)
    done = cli("render", "w.md", "--out", "out", "--html", "--json")
    (document,) = done.json["documents"]
    assert [(each["code"], each["message"][:37]) for each in document["warnings"]] == [
        ("iframe-host", 'an iframe of "/x" left out: allowed i'),
        ("html-left-out", "left out of the HTML: <script>, <use>"),
    ]
    assert (done.code, done.json["stats"]["warnings"]) == (0, 2)
    assert "The <em>rest</em>." in Path("out/w.html").read_text()
    assert cli("render", "w.md", "--json").json["documents"][0]["warnings"] == []


def test_preview_marks_the_failed_macro(cli: Cli) -> None:
    done = cli("render", "posts/deep/bad.md", "--preview")
    mark = '<span class="macro-error" title="KeyError: &#39;year&#39;">[[broken]]</span>'
    assert done.out == f"one\n\n  {mark} [[nope]]\n"


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--strict"], 1)])
def test_an_unknown_macro_fails_only_when_strict(cli: Cli, flags: list[str], code: int) -> None:
    Path("u.md").write_text("[[yuotube]]")
    done = cli("render", "u.md", *flags)
    assert (done.code, done.out) == (code, "[[yuotube]]")


@pytest.mark.parametrize("text", ["[[count ]]", "[[count x]]", "[[/count]]"])
def test_what_is_nearly_a_macro_fails_only_when_strict(cli: Cli, text: str) -> None:
    Path("u.md").write_text(text)
    assert cli("render", "u.md").code == 0
    assert cli("render", "u.md", "--strict").code == 1


@pytest.mark.parametrize("text", ["[[Some Page]]\n", "[[a|b]] [[Über x=1]] [[/b]]\n"])
def test_unknown_macros_may_be_mere_text(cli: Cli, text: str) -> None:
    settings = Path("pybridge.toml")
    settings.write_text('unknown = "ignore"\n')
    Path("u.md").write_text(text)
    done = cli("render", "u.md", "--strict")
    assert (done.code, done.out) == (0, text)
    assert "warning" not in done.err
    settings.write_text('unknown = "drop"\n')
    done = cli("render", "u.md")
    assert done.code != 0
    assert 'unknown must be "warn" or "ignore", not \'drop\'' in done.err


def test_tags_of_the_whole_project_are_known(cli: Cli) -> None:
    Path("t.md").write_text("[[count]]")
    assert cli("render", "t.md").out == "[{&#39;tag&#39;: &#39;a&#39;, &#39;count&#39;: 1}]"


@pytest.mark.parametrize("text", ["no macro", "[[Some Page]]", "`[[shout]]`"])
def test_bad_front_matter_that_no_macro_gets_is_a_warning(cli: Cli, text: str) -> None:
    Path("f.md").write_text(f"---\ntitle: x\na: [\n---\n{text}")
    done = cli("render", "f.md", "--json")
    assert not abi.validate("cli-render", done.json)
    [entry] = done.json["documents"]
    assert (done.code, entry["errors"]) == (0, [])
    assert entry["warnings"][0] == {
        "code": "schema",
        "message": "front matter: did not find expected node content",
        "call": {"path": "f.md", "line": 4, "column": 1},
    }
    told = cli("render", "f.md", "--html", "--out", "out")
    assert (told.code, told.err.count("f.md:4:1: front matter: ")) == (0, 1)


def test_a_list_as_front_matter_stays_in_the_text(cli: Cli) -> None:
    Path("f.md").write_text("---\n- a\n- b\n---\n[[shout x=hi]]")
    done = cli("render", "f.md")
    assert (done.code, done.out) == (1, "---\n- a\n- b\n---\nHI!")
    assert "f.md:2:1: front matter: a list, where a mapping" in done.err


@pytest.mark.parametrize(
    ("block", "place", "words"),
    [
        ("title:A trip", "2:6", "a blank is missing behind the colon"),
        ("title:A trip\ntags: [a]\n# end\nmore:\n  b: 1", "2:6", "a blank is missing behind the colon"),
        ("? title\n: A trip", "2:1", "begins with no key"),
        ("? [a, b]\n: c", "2:3", "a key must be a text"),
        ("!!map {a: 1}", "2:1", "begins with no key"),
        ("&x\na: 1", "2:1", "begins with no key"),
    ],
)  # fmt: skip
def test_what_is_nearly_front_matter_is_said_and_stays(
    cli: Cli, block: str, place: str, words: str
) -> None:
    text = f"---\n{block}\n---\n"
    Path("f.md").write_text(f"{text}[[shout x=hi]]")
    done = cli("render", "f.md")
    assert (done.code, done.out) == (1, f"{text}HI!")
    assert f"f.md:{place}: front matter: " in done.err
    assert words in done.err


@pytest.mark.parametrize(
    "block", ["https://example.org", "Time 10:30", "Note:\\x", "a:1\ntext", "?", "! a", "&amp; b"]
)
def test_text_between_rules_is_no_front_matter(cli: Cli, block: str) -> None:
    Path("f.md").write_text(f"---\n{block}\n---\n[[shout x=hi]]")
    done = cli("render", "f.md")
    assert (done.code, done.out) == (0, f"---\n{block}\n---\nHI!")
    assert "front matter" not in done.err


@pytest.mark.parametrize(
    ("head", "place", "words"),
    [
        ("---\ntitle: A trip\n----\n", "3:1", "'----' does not end it; write --- there"),
        ("---\ntitle: A trip\ntags: [a]\n--\n", "4:1", "'--' does not end it"),
        ("---\ntitle: A trip\n \u2013\u2013\u2013\n", "3:1", "'\u2013\u2013\u2013' does not end it"),
        ("---\r\ntitle: A trip\r\n --- \r\n", "3:1", "'---' does not end it"),
        ("---\ntitle:\n---x\n", "3:1", "'---x' does not end it"),
        ("+++\ntitle = 'x'\n++++\n", "3:1", "'++++' does not end it; write +++ there"),
        ("+++\ntitle = 'x'\n---\n", "3:1", "'---' does not end it; write +++ there"),
        ("---\ntitle: A trip\ntags:\n  - a\n- b\n\n", "1:1", "nothing ends it; write --- in a line below it"),
        ("\ufeff---\ntitle: A trip\nNote: b\n\n", "1:1", "nothing ends it"),
    ],
)  # fmt: skip
def test_front_matter_that_nothing_ends_is_said_and_stays(
    cli: Cli, head: str, place: str, words: str
) -> None:
    Path("f.md").write_bytes(f"{head}[[shout x=hi]]".encode())
    done = cli("render", "f.md", "--out", "out")
    assert done.code == 1
    assert Path("out/f.md").read_bytes().decode() == f"{head}HI!"
    assert f"f.md:{place}: front matter: {words}" in done.err


@pytest.mark.parametrize(
    "head",
    ["---\n\ntitle: A trip\n", "---\nNote: a rule, then text\nof two lines.\n", "---\ntitle: x\n", "---\nA heading: it\n-----\n", "---\n- a: b\n- c: d\n", "----\ntitle: x\na: b\n", "---\nhttps://a.example\nb: c\n"],
)  # fmt: skip
def test_text_below_a_rule_is_no_front_matter(cli: Cli, head: str) -> None:
    Path("f.md").write_text(f"{head}\n[[shout x=hi]]")
    done = cli("render", "f.md")
    assert (done.code, done.out) == (0, f"{head}\nHI!")
    assert "front matter" not in done.err


def test_an_impossible_date_costs_its_own_document_only(cli: Cli) -> None:
    Path("posts/bad.md").write_text("---\nexpires: 9999-12-31T23:59:59-05:00\n---\n[[shout x=hi]]")
    assert cli("render", "posts/good.md").code == 0
    done = cli("render", "posts/bad.md", "posts/good.md", "--out", "out")
    assert (done.code, done.err.count("posts/bad.md:2:10: front matter: ")) == (1, 1)
    assert "HI!" in Path("out/good.md").read_text()


def test_a_byte_order_mark_stays(cli: Cli) -> None:
    Path("a.md").write_bytes(b"\xef\xbb\xbf---\ntitle: x\n---\n[[shout x=hi]]\n")
    expected = "\ufeff---\ntitle: x\n---\nHI!\n"
    assert cli("render", "a.md").out == expected
    assert cli("render", "a.md", "--out", "out").code == 0
    assert Path("out/a.md").read_bytes() == expected.encode()
    assert not cli("render", "a.md", "--html").out.startswith("\ufeff")


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        pytest.param("e.md", b"a\nb\xff", "encoding", "e.md:2:2: not valid UTF-8", id="encoding"),
        pytest.param("n.md", b"a\x00", "encoding", "n.md:1:2: a NUL byte", id="nul"),
        pytest.param(
            "f.md",
            b"---\na: [\n---\n[[shout]]",
            "schema",
            "f.md:3:1: front matter",
            id="front-matter",
        ),
        pytest.param("m.md", None, "io", "m.md: no such file", id="missing"),
        pytest.param("h.md", b"x" * (17 << 20), "input-limit", "h.md is too large", id="huge"),
    ],
)
def test_a_bad_document_is_reported_and_the_others_are_rendered(
    cli: Cli, name: str, content: bytes | None, code: str, message: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    done = cli("render", name, "posts/good.md", "--json")
    assert done.code == 1
    assert not abi.validate("cli-render", done.json)
    bad, good = done.json["documents"]
    assert bad["errors"][0]["code"] == code
    assert bad["errors"][0]["message"].startswith(message)
    assert good["output"].endswith("A HI! B\n")


def test_a_50_mb_document_is_refused_quickly(cli: Cli) -> None:
    with Path("big.md").open("wb") as file:
        file.truncate(50 << 20)
    done = cli("render", "big.md")
    assert done.code == 1
    assert "big.md is too large: 52,428,800, the limit is 16,777,216" in done.err


def test_100_000_macros_in_one_document(cli: Cli) -> None:
    Path("many.md").write_text("[[shout x=a]]\n" * 100_000)
    done = cli("render", "many.md")
    assert (done.code, done.out) == (0, "A!\n" * 100_000)


@pytest.mark.parametrize(
    "text",
    ["[[shout x=" * 20_000, "[" * 100_000, "<div>" * 20_000 + "[[shout]]", "> " * 5000 + "x"],
)
def test_deep_nesting_ends(cli: Cli, text: str) -> None:
    Path("deep.md").write_text(text)
    assert cli("render", "deep.md", "--html", "--out", "out").code == 0


@pytest.mark.parametrize(
    ("macro", "code"),
    [
        ("nothing", "output-type"),
        ("nan", "output-type"),
        ("raw_bytes", "output-type"),
        ("cyclic", "output-type"),
        ("both", "schema"),
        ("huge", "output-limit"),
        ("syntax_error", "syntax"),
        ("loop", "timeout"),
    ],
)
def test_a_bad_result_is_an_error_of_its_macro(cli: Cli, macro: str, code: str) -> None:
    Path("r.md").write_text(f"a [[{macro}]] [[shout x=z]]")
    done = cli("render", "r.md", "--json")
    [document] = done.json["documents"]
    assert document["output"] == "a  Z!"
    assert [error["code"] for error in document["errors"]] == [code]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["posts"], "only one can go to standard output", id="several-to-stdout"),
        pytest.param([], "no documents named", id="none"),
        pytest.param(["scripts"], "no documents in scripts", id="empty-folder"),
        pytest.param(["posts/good.md", "--engine", "wasm"], "no engine named 'wasm'", id="engine"),
        pytest.param(
            ["posts/good.md", "--engine", "wasm"],
            "choose one of wasi, browser, native",
            id="engine-hint",
        ),
        pytest.param(["posts/good.md", "--project", "posts"], "no project at posts", id="project"),
        pytest.param(["posts", "--out", "posts"], "would overwrite the source", id="overwrite"),
        pytest.param(["posts", "--nope"], "No such option", id="option"),
        pytest.param(
            ["--jsonl", "posts"], "--jsonl reads documents from stdin", id="jsonl-and-paths"
        ),
    ],
)
def test_usage_errors_end_with_2(cli: Cli, arguments: list[str], message: str) -> None:
    done = cli("render", *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["scripts"],
        ["posts", "--engine", "wasm"],
        ["posts", "--nope"],
        ["posts", "--out", "posts"],
    ],
)
def test_usage_errors_are_json_too(cli: Cli, arguments: list[str]) -> None:
    done = cli("render", *arguments, "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "usage")
    assert not abi.validate("cli-error", done.json)


def test_two_documents_for_one_target_are_refused(cli: Cli) -> None:
    Path("posts/twin").mkdir()
    Path("posts/twin/good.md").write_text("x")
    done = cli("render", "posts", "posts/twin", "posts/deep", "--out", "out")
    assert done.code == 1  # the same file twice is one document
    Path("other").mkdir()
    Path("other/good.md").write_text("x")
    done = cli("render", "posts", "other", "--out", "out")
    assert done.code == 2
    assert "would both be written to" in done.err


def test_settings_are_held_to_their_schema(cli: Cli) -> None:
    Path("pybridge.toml").write_text("[limits]\nitemS = 'x'\nfoo = 1\n")
    done = cli("render", "posts/good.md")
    assert done.code == 1
    assert "limits/itemS" in done.err
    assert "foo" in done.err


def test_an_unreadable_script_is_a_note(cli: Cli) -> None:
    Path("scripts/odd.py").write_bytes(b"x = '\xff'")
    done = cli("render", "posts/good.md")
    assert done.code == 0
    assert "scripts/odd.py:1:6: not valid UTF-8" in done.err


def test_a_file_where_the_folder_should_be_is_a_usage_error(cli: Cli) -> None:
    Path("out").write_text("a file")
    done = cli("render", "posts/good.md", "--out", "out", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "usage")
    assert Path("out").read_text() == "a file"


def test_output_that_cannot_be_written(cli: Cli) -> None:
    for name in ("good.md", "posts/good.md"):
        Path("out", name).mkdir(parents=True, exist_ok=True)
    done = cli("render", "posts/good.md", "--out", "out", "--json")
    entry: dict[str, Any] = done.json["documents"][0]
    assert (done.code, entry["errors"][0]["code"]) == (1, "io")
