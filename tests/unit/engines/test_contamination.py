"""What one script does must not change what the next one puts out: real scripts, real interpreters.

The first line of each payload in `tests/contamination/` names the expected result. It runs between harmless
macros of one batch and before those of the next; their output must not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from tests.amounts import IS_LONG, MORE
from tests.components import COMPONENT, in_component, needs_component
from tests.harmless_modules import USES, lazy_script, lazy_scripts
from tests.unit.engines.supervised import supervisor_of

FOLDER = Path(__file__).parents[2] / "contamination"
PAYLOADS = sorted(path for path in FOLDER.glob("*.py") if path.stem != "innocent")
HARMLESS = sorted((FOLDER / "harmless").glob("*.py"))
IN_WASI = {
    *("audit_hook", "body_at_import", "builtins_added", "clock", "decimal_context", "environment"),
    *(
        "folder",
        "html_escape_code",
        "json_dumps",
        "modules_fake",
        "neighbour",
        "path",
        "random_seed",
    ),
    *("stdout_closed", "stdout_descriptor", "stdout_none", "time_zone", "trace", "typing_generic"),
    *("warning_filters", "re_cache", "re_cache_keys", "csv_dialects", "codecs_register"),
}
"""One of each kind: there every new interpreter costs its time. A long run takes all."""

ITS_OWN = {
    *(
        "calendar_first_day",
        "calendar_instance",
        "html_escape_code",
        "modules_deleted",
        "neighbour",
    ),
}
"""In its own interpreter nobody else may have imported what these change: then nobody loses anything."""


def expectation(path: Path) -> str:
    return path.read_text("utf-8").partition("\n")[0].removeprefix("# expects: ")


def call(name: str) -> dict[str, Any]:
    env = {"isPreview": False, "seed": 7}
    return {"abi": 1, "macro": {"name": name}, "params": {}, "env": env, "data": {}}


def document(*names: str) -> dict[str, Any]:
    text = "".join(f"[[{name}]]\n" for name in names)
    return {"text": text, "path": "a.md", "env": call("x")["env"]}


def scripts(paths: list[Path]) -> list[Script]:
    return [Script(f"scripts/{path.name}", path.read_text("utf-8")) for path in paths]


def open_loaded(wanted: str | EngineChoice, paths: list[Path]) -> Engine:
    engine = open_engine(wanted, limits=Limits(item_s=10, memory_mib=256))
    engine.load(scripts(paths))
    return engine


@pytest.fixture(scope="module")
def native() -> Iterator[Engine]:
    with open_loaded("native", [*PAYLOADS, FOLDER / "innocent.py"]) as running:
        yield running


@pytest.fixture(scope="module")
def wasi() -> Iterator[Engine]:
    with open_loaded("wasi", [*PAYLOADS, FOLDER / "innocent.py"]) as running:
        yield running


@pytest.fixture(scope="module")
def component() -> Iterator[Engine]:
    with open_loaded(COMPONENT, [*PAYLOADS, FOLDER / "innocent.py"]) as running:
        yield running


def check(engine: Engine, payload: Path, expected: str) -> None:
    [clean] = engine.render_calls([call("innocent")])
    assert clean["stdout"] == "innocent\n"
    lost = supervisor_of(engine).losses
    names = ["innocent", payload.stem, *["innocent"] * MORE]

    before, outcome, *after = engine.render_calls([call(name) for name in names])

    assert [before, *after] == [clean] * (1 + MORE)
    assert engine.render_calls([call("innocent")]) == [clean]
    losses = supervisor_of(engine).losses - lost
    assert verdict(outcome, losses, expected) == expected


def verdict(outcome: dict[str, Any], losses: int, expected: str) -> str:
    """Return the result of a payload: *expected* if that is one of its alternatives."""
    said = [each["message"] for each in outcome.get("warnings", ())]
    code = outcome.get("error", {}).get("code")
    seen = code or ("nothing" if not said and not losses else f"{losses} losses, {said}")
    for wanted in expected.split(" or "):
        kind, _, what = wanted.partition(" ")
        if kind == "contamination" and said and losses and f" changed {what}" in said[0]:
            return expected
        if wanted == seen or (wanted == "put back" and seen == "nothing"):
            return expected
    return str(seen)


@pytest.mark.parametrize("payload", [pytest.param(path, id=path.stem) for path in PAYLOADS])
def test_native_neighbours_are_untouched(native: Engine, payload: Path) -> None:
    check(native, payload, expectation(payload))


@pytest.mark.parametrize(
    "payload",
    [pytest.param(path, id=path.stem) for path in PAYLOADS if IS_LONG or path.stem in IN_WASI],
)
def test_wasi_neighbours_are_untouched(wasi: Engine, payload: Path) -> None:
    more = " or nothing" if payload.stem in ITS_OWN else ""
    check(wasi, payload, expectation(payload) + more)


@needs_component
@pytest.mark.parametrize(
    "payload",
    [pytest.param(path, id=path.stem) for path in PAYLOADS if IS_LONG or path.stem in IN_WASI],
)
def test_neighbours_in_the_component_are_untouched(component: Engine, payload: Path) -> None:
    more = " or nothing" if payload.stem in ITS_OWN else ""
    check(component, payload, expectation(payload) + more)


@pytest.mark.parametrize("wanted", ["native", "wasi", in_component])
def test_honest_scripts_are_never_suspected(wanted: str | EngineChoice) -> None:
    with open_loaded(wanted, HARMLESS) as engine:
        calls = [call(path.stem) for path in HARMLESS] * 10
        first = engine.render_calls(calls)
        again = engine.render_calls(calls)
        assert [each for each in first + again if "warnings" in each or "error" in each] == []
        assert supervisor_of(engine).losses == 0


@pytest.mark.parametrize("order", ["as listed", "backwards"])
def test_honest_scripts_may_import_any_module_where_they_need_it(order: str) -> None:
    sources = lazy_scripts()
    names = [*sources] if order == "as listed" else [*reversed(sources)]
    with open_engine("native", limits=Limits(item_s=10, memory_mib=512)) as running:
        running.load([Script(f"scripts/{name}.py", sources[name]) for name in names])
        for _ in range(2):
            outcomes = running.render_calls([call(name) for name in names])
            assert [each for each in outcomes if "warnings" in each or "error" in each] == []
        assert supervisor_of(running).losses == 0


@pytest.mark.parametrize("wanted", ["wasi", in_component])
@pytest.mark.parametrize("order", ["as listed", "backwards"])
def test_an_honest_script_may_import_all_modules_where_it_needs_them(
    order: str, wanted: str | EngineChoice
) -> None:
    """In the sandbox a script that imports them has an interpreter of its own, so one script uses all."""
    names = [*USES] if order == "as listed" else [*reversed(USES)]
    calls = [{**call("lazy"), "params": {"module": name}} for name in names]
    with open_engine(wanted, limits=Limits(item_s=10, memory_mib=512)) as running:
        running.load([Script("scripts/lazy.py", lazy_script())])
        for _ in range(2):
            outcomes = running.render_calls(calls)
            assert [each for each in outcomes if "warnings" in each or "error" in each] == []
        assert supervisor_of(running).losses == 0


def test_the_numbers_of_what_is_taken_away_can_be_read(wasi: Engine) -> None:
    body = "import sys\ndef render(context):\n    return {'text': str(sys.monitoring.%s)}\n"
    members = {
        "events": "events.LINE",
        "tool": "use_tool_id(1, 'x')",
        "callback": "register_callback",
    }
    wasi.load([Script(f"scripts/{name}.py", body % use) for name, use in members.items()])
    number, *others = wasi.render_calls([call(name) for name in members])
    assert int(number["result"]["text"]) > 0
    assert [each["error"]["code"] for each in others] == ["capability"] * 2


def test_macros_of_a_document_are_untouched(native: Engine) -> None:
    [clean] = native.render_documents([document("innocent")], {})
    names = ("innocent", "counter_method", "innocent", "decimal_context", "innocent")

    others = [document("innocent")] * MORE
    around, *after = native.render_documents([document(*names), *others], {})

    clean_text = clean["output"].strip()
    outputs = [text.strip() for text in around["output"].split("payload")]
    assert outputs == [clean_text] * 3
    assert {each["output"] for each in after} == {clean["output"]}
    assert [(each["code"], each["call"]["line"]) for each in around["warnings"]] == [
        ("contamination", 2)
    ]
    assert around["errors"] == []


def test_a_script_that_does_it_again_and_again_is_quarantined() -> None:
    with open_loaded("native", [FOLDER / "clock.py", FOLDER / "innocent.py"]) as engine:
        outcomes = engine.render_calls([call("clock"), call("innocent")] * 5)
        codes = [each.get("error", {}).get("code") for each in outcomes]
        assert codes == [None] * 6 + ["quarantined", None] * 2


def test_a_program_leaves_nothing_behind(native: Engine) -> None:
    [clean] = native.render_calls([call("innocent")])
    source = "import json\njson.dumps = None\nprint('done')\n"
    ran = native.run({"path": "scripts/tool.py", "content": source}, [])
    assert (ran["status"], ran["stdout"]) == ("ok", "done\n")
    assert native.render_calls([call("innocent")]) == [clean]


def test_a_transform_that_changes_what_others_rely_on_is_skipped() -> None:
    def transform(name: str, body: str) -> Script:
        return Script(f"scripts/{name}.py", f"import json\ndef transform(post):\n    {body}\n")

    with open_engine("native") as engine:
        engine.load(
            [
                transform("a", "post['title'] += ' a'"),
                transform("b", "json.dumps = None; post['title'] += ' b'"),
                transform("c", "post['title'] += json.dumps('c')"),
            ]
        )
        post = {"title": "t", "content": "x", "tags": [], "categories": []}
        outcome = engine.transform(post, {})
    assert outcome["post"]["title"] == 't a"c"'
    assert [(each["scriptSlug"], each["code"]) for each in outcome["errors"]] == [
        ("b", "capability")
    ]
