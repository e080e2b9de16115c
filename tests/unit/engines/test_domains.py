"""Trust domains: what must not meet shares no interpreter, and documents come out as if it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pybridge.engines import open_engine, open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from tests.unit.engines.supervised import supervisor_of

SCRIPTS = {
    "plain": "def render(context):\n    return {'html': '<i>p</i>'}\n",
    "wrap": "BODY = True\ndef render(context):\n    return {'html': '<b>' + context['body'] + '</b>'}\n",
    "seen": (
        "import os, sys\n"
        "def render(context):\n"
        "    return {'text': ','.join(sorted(n for n in sys.modules if n.startswith('script.')))}\n"
    ),
    "raw": "def render(context):\n    return {'html': '<u onclick=x>'}\n",
    "shown": "BODY = True\ndef render(context):\n    return {'text': repr(context['body'])}\n",
    "process": "import os\ndef render(context):\n    return {'text': str(os.getpid())}\n",
    "fails": "def render(context):\n    return {'html': context['params']['missing']}\n",
    "data": "def render(context):\n    return {'text': str((context['data'], context['post']))}\n",
    "dies": "import os\ndef render(context):\n    os._exit(1)\n",
}


def scripts(**domains: str) -> list[Script]:
    """Return a script for each name with a domain, such as `seen` or `seen_2`."""
    return [
        Script(f"scripts/{name}.py", SCRIPTS[name.partition("_")[0]], domain=domain)
        for name, domain in domains.items()
    ]


def call(name: str) -> dict[str, Any]:
    return {"abi": 1, "macro": {"name": name}, "params": {}, "env": {"isPreview": False}}


APART = scripts(plain="any")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_for(APART, lambda: open_engine("native")) as running:
        yield running


def outputs(outcomes: list[dict[str, Any]]) -> list[str]:
    return [next(iter(outcome["result"].values())) for outcome in outcomes]


def test_calls_of_a_batch_run_where_they_belong_and_come_back_in_order(engine: Engine) -> None:
    engine.load(scripts(seen="", seen_2="vendor", seen_3="vendor", seen_4="other"))
    names = ["seen_2", "seen", "seen_3", "seen_4", "seen_2"]
    assert outputs(engine.render_calls([call(name) for name in names])) == [
        "script.scripts.seen_2",
        "script.scripts.seen",
        "script.scripts.seen_2,script.scripts.seen_3",
        "script.scripts.seen_4",
        "script.scripts.seen_2,script.scripts.seen_3",
    ]


def test_each_domain_has_an_interpreter_of_its_own(engine: Engine) -> None:
    engine.load(scripts(process="", process_2="a", process_3="a", process_4="b"))
    made = outputs(engine.render_calls([call(f"process{n}") for n in ("", "_2", "_3", "_4")]))
    assert made[1] == made[2]
    assert len(set(made)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "a [[plain]] b [[plain_2]] c [[plain_3]]",
        "[[wrap]]x [[plain_2]] y[[/wrap]]",
        "[[wrap_2]]x [[plain]] y[[/wrap_2]]",
        "[[wrap]][[wrap_2]][[wrap_3]][[plain_2]][[/wrap_3]][[plain]][[/wrap_2]][[/wrap]] [[wrap_2]]z[[/wrap_2]]",
        "[[wrap_2]][[fails]][[fails_2]][[/wrap_2]] [[unknown]] [[fails_2]]",
        "[[data]] [[data_2]]",
        "[[Plain_2]] \\[[plain_2]] `[[plain_2]]`",
        "[[shown]][[raw_2]][[/shown]] [[shown_2]][[raw]][[raw_3]][[/shown_2]]",
    ],
    ids=["side by side", "inside", "around", "deep", "failing", "data", "spelling", "as made"],
)
@pytest.mark.parametrize("preview", [False, True])
def test_a_document_comes_out_as_from_one_interpreter(
    engine: Engine, text: str, preview: bool
) -> None:
    wanted = {"plain", "wrap", "fails", "data", "raw", "shown"}
    kinds = [name for name in SCRIPTS if name in wanted]
    apart = {
        f"{name}{end}": domain
        for name in kinds
        for end, domain in (("", ""), ("_2", "a"), ("_3", "b"))
    }
    engine.load(scripts(**apart))
    documents: list[dict[str, Any]] = [
        {"text": text, "path": "a.md", "data": {"own": [1]}},
        {"text": "[[plain]]"},
        {"text": text, "post": {"id": 2}, "env": {"mainLanguage": "de"}},
    ]
    shared = {"env": {"isPreview": preview}, "data": {"x": {"y": 1}}, "post": {"a": 1}}
    with open_engine("native") as one:
        one.load(scripts(**dict.fromkeys(apart, "")))
        expected = one.render_documents(documents, shared)
    assert without_times(engine.render_documents(documents, shared)) == without_times(expected)


def without_times(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for document in documents:
        for macro in document["macros"]:
            macro.pop("durationUs", None)
    return documents


def test_a_program_of_another_domain_does_not_hide_a_macro(engine: Engine) -> None:
    program = "def main():\n    return 1\n"
    engine.load(
        [
            Script("default_scripts/plain.py", SCRIPTS["plain"], "default"),
            Script("scripts/plain.py", program, domain="vendor"),
        ]
    )
    [document] = engine.render_documents([{"text": "[[plain]]"}], {})
    assert outputs(engine.render_calls([call("plain")])) == [document["output"]] == ["<i>p</i>"]
    assert engine.run({"slug": "plain"}, [])["result"] == 1


def test_more_calls_wait_than_a_host_may_ask_for_at_once() -> None:
    limits = Limits(batch_items=2)
    with open_for(APART, lambda: open_engine("native", limits=limits)) as engine:
        engine.load(scripts(plain="vendor"))
        documents = [{"text": "[[plain]][[plain]]"}] * 2
        assert [each["output"] for each in engine.render_documents(documents, {})] == [
            "<i>p</i><i>p</i>"
        ] * 2


def test_a_death_in_one_domain_leaves_the_others_alone(engine: Engine) -> None:
    engine.load(scripts(plain="", dies="bad", plain_2="bad"))
    [document] = engine.render_documents([{"text": "[[plain]] [[dies]] [[plain_2]]"}], {})
    assert document["output"] == "<i>p</i>  <i>p</i>"
    assert [error["code"] for error in document["errors"]] == ["crash"]


def test_helpers_of_another_domain_cannot_be_imported(engine: Engine) -> None:
    uses = "from _shared import word\ndef render(context):\n    return {'text': word}\n"
    engine.load(
        [
            Script("scripts/_shared.py", "word = 'theirs'\n", domain="vendor"),
            Script("scripts/ours.py", uses),
            Script("scripts/theirs.py", uses, domain="vendor"),
        ]
    )
    ours, theirs = engine.render_calls([call("ours"), call("theirs")])
    assert ours["error"]["type"] == "ModuleNotFoundError"
    assert outputs([theirs]) == ["theirs"]


@pytest.mark.parametrize("name", ["native", "wasi"])
@pytest.mark.parametrize("domain", ["", "x"])
def test_a_helper_that_moves_is_gone_where_it_was(name: str, domain: str) -> None:
    uses = (
        "class C: pass\n"
        "def render(context):\n    from _shared import word\n    return {'text': word}\n"
    )
    user = Script("scripts/uses.py", uses, domain=domain)
    with open_for(APART, lambda: open_engine(name)) as engine:
        engine.load([Script("scripts/_shared.py", "word = 'w'\n", domain=domain), user])
        assert outputs(engine.render_calls([call("uses")])) == ["w"]
        engine.load([Script("scripts/_shared.py", "word = 'w'\n", domain="y"), user])
        [outcome] = engine.render_calls([call("uses")])
        assert outcome["error"]["type"] == "ModuleNotFoundError"


def test_transforms_go_through_domain_by_domain(engine: Engine) -> None:
    def transform(name: str, domain: str) -> Script:
        body = f"def transform(post):\n    post['title'] += '{name}'\n    toast('{name}')\n"
        return Script(f"scripts/{name}.py", body, domain=domain)

    engine.load(
        [transform("a", "x"), transform("b", ""), transform("c", "x"), *scripts(plain="other")]
    )
    outcome = engine.transform({"title": "t", "content": "x", "tags": [], "categories": []}, {})
    assert outcome["post"]["title"] == "tbac"
    assert (outcome["applied"], outcome["toasts"], outcome["errors"]) == (
        ["b", "a", "c"],
        ["b", "a", "c"],
        [],
    )


def test_a_script_is_checked_in_its_domain(engine: Engine) -> None:
    engine.load([*scripts(plain=""), Script("scripts/odd.py", SCRIPTS["plain"], domain="x")])
    found = engine.check("scripts/odd.py", "def render(context:\n")
    assert [problem["code"] for problem in found["problems"]] == ["syntax"]


def test_a_program_runs_in_its_domain(engine: Engine) -> None:
    source = "import sys\ndef main():\n    return sorted(n for n in sys.modules if n.startswith('script.'))\n"
    engine.load([*scripts(plain=""), Script("scripts/tool.py", source, domain="x")])
    engine.render_calls([call("plain")])
    assert engine.run({"slug": "tool"}, [])["result"] == []


def test_an_engine_that_separates_domains_itself_is_not_wrapped() -> None:
    single: Any = object()
    assert open_for(scripts(plain="x"), lambda: single) is single


def test_scripts_of_one_domain_need_no_more_than_one_engine() -> None:
    with open_for(scripts(plain=""), lambda: open_engine("native")) as engine:
        assert supervisor_of(engine).losses == 0
