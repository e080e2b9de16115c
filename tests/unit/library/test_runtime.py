"""The library renders, calls, transforms, checks and runs as the command line does."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest

import pybridge
from pybridge import Document, Limits, Runtime
from pybridge.errors import CallInvalid, Invalid, ScriptNotFound, UnknownEngine, UsageError
from pybridge.project.discover import ProjectMissing

GREET = """from html import escape


def render(context):
    return {"html": "<b>Hello, " + escape(str(context["params"]["name"])) + "!</b>", "data": 7}
"""
SCRIPTS = {
    "greet": GREET,
    "evil": "def render(context):\n    return {'html': '<b onclick=alert(1)>x</b>'}\n",
    "plain": "def render(context):\n    return {'text': '<' + str(context['post']) + '>'}\n",
    "stars": "def render(context):\n    return {'markdown': '*' + context['env']['mainLanguage'] + '*'}\n",
    "boom": "def render(context):\n    return {'text': context['params']['missing']}\n",
    "tagger": "def transform(post, context):\n    toast('done')\n    post['tags'].append(context['tag'])\n    return post\n",
    "job": "import sys\n\n\ndef main():\n    print(*sys.argv[1:])\n    return {'n': 1}\n",
    "endless": "def main():\n    while True:\n        pass\n",
}


def write_tree(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(scripts=SCRIPTS) as runtime:
        yield runtime


def test_render_replaces_macros(runtime: Runtime) -> None:
    rendered = runtime.render("A [[greet name=World]] B", path="a.md")
    assert rendered.output == str(rendered) == "A <b>Hello, World!</b> B"
    assert rendered.ok
    assert rendered.path == "a.md"
    assert [(m.name, m.slug, m.line, m.column, m.status) for m in rendered.macros] == [
        ("greet", "greet", 1, 3, "ok")
    ]


def test_html_is_sanitised_and_converted_once(runtime: Runtime) -> None:
    rendered = runtime.render("---\ntitle: x\n---\n# Hi [[evil]]\n\n<script>alert(1)</script>\n")
    assert "<b>x</b>" in rendered.output
    assert rendered.html.strip() == "<h1>Hi <b>x</b></h1>"
    assert rendered.__html__() is rendered.html
    assert [each.code for each in rendered.warnings] == ["html-left-out"]


def test_text_is_escaped_as_html(runtime: Runtime) -> None:
    rendered = runtime.render("`[[greet name=Al]]` <i>[[plain]]", format="text")
    assert rendered.html == "`<b>Hello, Al!</b>` &lt;i&gt;&lt;None&gt;"


def test_a_failed_macro_is_an_error_in_the_result(runtime: Runtime) -> None:
    rendered = runtime.render("\nA [[boom]]", path="posts/a.md")
    assert not rendered.ok
    [error] = rendered.errors
    assert (error.code, error.macro, error.path, error.line, error.column) == (
        ("exception", "boom", "posts/a.md", 2, 3)
    )
    assert "scripts/boom.py:2" in str(error)
    assert "macro-error" in runtime.render("[[boom]]", preview=True).html


def test_front_matter_is_read_unless_a_post_is_given(runtime: Runtime) -> None:
    text = "---\ntitle: T\n---\n[[plain]]"
    assert unescape(runtime.render(text).output).endswith("<{'title': 'T'}>")
    assert unescape(runtime.render(text, post={"a": 1}).output).endswith("<{'a': 1}>")
    assert "'id': 'a'" in unescape(runtime.render(text, path="posts/a.md").output)


def test_what_breaks_the_schema_is_refused_as_a_whole(runtime: Runtime) -> None:
    with pytest.raises(Invalid) as caught:
        runtime.render("x", env={"isPreview": "yes", "odd": 1}, post={"a": 1})
    assert len(caught.value.problems) == 2


def test_call_returns_what_the_macro_made(runtime: Runtime) -> None:
    result = runtime.call("greet", {"name": "<Al>"})
    assert result.html == str(result) == result.__html__() == "<b>Hello, &lt;Al&gt;!</b>"
    assert (result.markdown, result.text, result.data) == (None, None, 7)
    plain = runtime.call("plain", post={"a": 1})
    assert plain.text == "<{'a': 1}>"
    assert plain.__html__() == "&lt;{&#39;a&#39;: 1}&gt;"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("boom", "exception", id="fails"),
        pytest.param("nowhere", "not-found", id="missing"),
    ],
)
def test_a_call_that_fails_raises_the_error_of_the_command_line(
    runtime: Runtime, name: str, code: str
) -> None:
    with pytest.raises(pybridge.ScriptFailed) as caught:
        runtime.call(name)
    assert caught.value.code == caught.value.to_json()["code"] == code


def test_a_call_with_a_wrong_context_says_all_that_is_wrong(runtime: Runtime) -> None:
    with pytest.raises(CallInvalid) as caught:
        runtime.call("greet", body=1, env={"isPreview": 1})  # type: ignore[arg-type]
    assert len(caught.value.problems) == 2


def test_transform_returns_the_post(runtime: Runtime) -> None:
    done = runtime.transform({"title": "T", "content": "c"}, {"tag": "x"})
    assert done.ok
    assert done.post == {"title": "T", "content": "c", "tags": ["x"], "categories": []}
    assert (done.applied, done.toasts) == (("tagger",), ("done",))
    assert [each.code for each in runtime.transform({"title": "T", "content": "c"}).errors] == [
        "exception"
    ]
    with pytest.raises(Invalid):
        runtime.transform({"title": 1, "content": "c"})


def test_check_reads_a_script_without_running_it(runtime: Runtime) -> None:
    fine, wrong = runtime.check(GREET, path="scripts/hi.py"), runtime.check("def render(:\n")
    assert (fine.ok, fine.script.slug, fine.script.kind) == (True, "hi", "macro")
    assert (wrong.ok, [each.code for each in wrong.problems]) == (False, ["syntax"])


def test_run_returns_what_a_utility_printed(runtime: Runtime) -> None:
    pieces: list[tuple[str, str]] = []
    done = runtime.run("job", ["a", "b"], on_output=lambda *piece: pieces.append(piece))
    assert (done.ok, done.stdout, done.result) == (True, "a b\n", {"n": 1})
    assert "".join(text for _, text in pieces) == "a b\n"
    done.check()
    with pytest.raises(ScriptNotFound):
        runtime.run("jbo")


def test_a_run_that_hangs_ends_and_the_next_one_works(runtime: Runtime) -> None:
    done = runtime.run("endless", timeout_s=0.3)
    assert done.error is not None
    assert done.error.code == "timeout"
    with pytest.raises(pybridge.ScriptFailed):
        done.check()
    assert runtime.render("[[greet name=A]]").output == "<b>Hello, A!</b>"


def test_a_macro_that_hangs_costs_its_own_document_only() -> None:
    scripts = {"loop": "def render(context):\n    while True:\n        pass\n", "greet": GREET}
    texts = ["[[greet name=A]]", "[[loop]]", "[[greet name=B]]"]
    with Runtime(scripts=scripts, limits=Limits(item_s=0.3)) as runtime:
        done = list(runtime.render_many(texts))
    assert [each.ok for each in done] == [True, False, True]
    assert done[1].errors[0].code == "timeout"


def test_the_scripts_are_listed(runtime: Runtime) -> None:
    found = {script.slug: script.kind for script in runtime.scripts}
    assert set(SCRIPTS) < found.keys()
    assert (found["greet"], found["tagger"], found["job"]) == ("macro", "transform", "utility")
    assert found["youtube"] == "macro"


def test_values_are_frozen_and_can_be_pickled(runtime: Runtime) -> None:
    rendered = runtime.render("[[greet name=A]] [[boom]] [[plain]]")
    with pytest.raises(AttributeError):
        rendered.output = ""  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(rendered))
    assert again == rendered
    assert again.html == rendered.html


def test_a_project_gives_scripts_settings_and_tags(tmp_path: Path) -> None:
    tree = {
        "pybridge.toml": 'mainLanguage = "de"\nunknown = "ignore"\n[limits]\nitemS = 2\n',
        "scripts/stars.py": SCRIPTS["stars"],
        "scripts/tags.py": "def render(context):\n    return {'text': str(context['data']['tagUsage'])}\n",
        "posts/a.md": "---\ntags: [one]\n---\n",
    }
    write_tree(tmp_path, tree)
    with Runtime(project=tmp_path, engine="native", limits=Limits(item_s=4)) as runtime:
        assert runtime.render("[[stars]]").output == "*de*"
        rendered = runtime.render("[[tags]] [[nowhere]]")
        assert "'tag': 'one'" in unescape(rendered.html)
        assert rendered.warnings == ()
        (tmp_path / "scripts/stars.py").write_text(SCRIPTS["stars"].replace("*", "_"), "utf-8")
        assert runtime.render("[[stars]]").output == "*de*"
        runtime.reload()
        assert runtime.render("[[stars]]").output == "_de_"


def test_the_output_is_that_of_the_command_line(tmp_path: Path) -> None:
    text = "---\ntitle: T\n---\n# X\n\n[[greet name=World]] [[plain]] [[boom]] `[[greet]]`\n\n- a\n  [[stars]]\n"
    tree = {f"scripts/{name}.py": source for name, source in SCRIPTS.items()}
    write_tree(tmp_path, {**tree, "posts/a.md": text})
    command = [sys.executable, "-m", "pybridge", "render", "posts/a.md", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    [expected] = json.loads(done.stdout)["documents"]
    with Runtime(project=tmp_path) as runtime:
        rendered = runtime.render(text, path="posts/a.md")
    assert rendered.output == expected["output"]
    assert [each.to_json() for each in rendered.errors] == expected["errors"]
    assert [each.to_json() for each in rendered.warnings] == expected["warnings"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param({"engine": "wsai"}, UnknownEngine, id="engine"),
        pytest.param({"project": ".", "scripts": {}}, UsageError, id="both"),
        pytest.param({"project": os.devnull}, ProjectMissing, id="no project"),
        pytest.param({"scripts": "/nowhere"}, UsageError, id="no folder"),
        pytest.param({"scripts": {"a": 1}}, UsageError, id="no text"),
        pytest.param({"scripts": {"": ""}}, UsageError, id="no name"),
    ],
)
def test_wrong_arguments_are_refused_at_once(
    arguments: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Runtime(**arguments)  # type: ignore[arg-type]


def test_a_folder_of_scripts(tmp_path: Path) -> None:
    (tmp_path / "greet.py").write_text(GREET, "utf-8")
    with Runtime(scripts=tmp_path, engine="native") as runtime:
        assert runtime.render("[[greet name=A]]").output == "<b>Hello, A!</b>"


def test_a_closed_runtime_says_so() -> None:
    runtime = Runtime(scripts=SCRIPTS, engine="native").start()
    runtime.close()
    runtime.close()
    with pytest.raises(UsageError, match="closed"):
        runtime.render("x")


def test_a_runtime_cannot_be_used_inside_of_its_own_callback(runtime: Runtime) -> None:
    def again(stream: str, text: str) -> None:
        runtime.render("x")

    with pytest.raises(UsageError, match="callback"):
        runtime.run("job", on_output=again)
    assert runtime.render("[[greet name=A]]").ok


def test_a_runtime_cannot_be_pickled(runtime: Runtime) -> None:
    with pytest.raises(TypeError, match="each process"):
        pickle.dumps(runtime)


def test_documents_are_values() -> None:
    assert Document("x") == Document("x")
    with pytest.raises(TypeError, match="bytes"):
        list(Runtime(engine="native").render_many([b"x"]))  # type: ignore[list-item]


def test_import_is_light() -> None:
    probe = "import sys, pybridge; print(sorted({'typing', 'pybridge.library', 'click'} & set(sys.modules)))"
    command = [sys.executable, "-c", probe]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
    assert {"Runtime", "AsyncRuntime", "run_python"} <= set(dir(pybridge))
    with pytest.raises(AttributeError, match="no attribute 'Runtmie'"):
        pybridge.Runtmie  # type: ignore[attr-defined]  # noqa: B018
