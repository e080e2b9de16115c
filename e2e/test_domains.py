"""Trust domains in the browser: what must not meet shares no interpreter, and documents come out as if it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Host, OpenHost, call
from pybridge.commands.projects.build import build
from pybridge.engines import open_engine, open_for
from pybridge.engines.protocol import Script
from pybridge.project.discover import require_project

SEEN = (
    "import sys\n"
    "def render(context):\n"
    "    return {'text': ','.join(sorted(n for n in sys.modules if n.startswith('script.')))}\n"
)


def load(host: Host, scripts: list[tuple[str, str, str]]) -> Any:
    """Load scripts: name, domain, content."""
    return host.load_scripts(
        [
            {"path": f"scripts/{name}.py", "domain": domain, "content": content}
            for name, domain, content in scripts
        ]
    )


def texts(outcomes: list[dict[str, Any]]) -> list[str]:
    return [next(iter(outcome["result"].values())) for outcome in outcomes]


@pytest.fixture(params=["origin", "worker"])
def host(open_host: OpenHost, request: pytest.FixtureRequest) -> Host:
    """A page whose runtime is ready, at either level."""
    opened = open_host()
    opened.start(spares=0, limits={"itemS": 3}, isolation=request.param)
    return opened


@pytest.fixture
def patient_host(open_host: OpenHost) -> Host:
    """A page whose macros have the time to look at everything."""
    opened = open_host()
    opened.start(spares=0, limits={"itemS": 60})
    return opened


def test_calls_run_where_they_belong_and_come_back_in_order(host: Host) -> None:
    domains = {"seen": "", "seen_2": "vendor", "seen_3": "vendor", "seen_4": "other"}
    load(host, [(name, domain, SEEN) for name, domain in domains.items()])
    names = ["seen_2", "seen", "seen_3", "seen_4", "seen_2"]
    assert texts(host.do("calls", calls=[call(name) for name in names])) == [
        f"script.scripts.{name}" for name in names
    ]


MACROS = {
    "plain": "def render(context):\n    return {'html': '<i>p</i>'}\n",
    "wrap": "BODY = True\ndef render(context):\n    return {'html': '<b>' + context['body'] + '</b>'}\n",
    "fails": "def render(context):\n    return {'html': context['params']['missing']}\n",
    "data": "def render(context):\n    return {'text': str(context['data'])}\n",
    "needs": "NEEDS = ['x']\ndef render(context):\n    return {'text': str((context['post'], context['data']))}\n",
    "place": "def render(context):\n    return {'text': str((context['macro'], context['env']))}\n",
    "half": "BODY = True\ndef render(context):\n    return {'html': '<u onclick=x>' + context['body']}\n",
    "shown": "BODY = True\ndef render(context):\n    return {'text': repr(context['body'])}\n",
    "source": "def render(context):\n    return {'markdown': '*m* [[plain]]', 'warnings': ['w']}\n",
}
ENDS = {"": "", "_2": "a", "_3": "b"}
TEXTS = {
    "side by side": "a [[plain]] b [[plain_2]] c [[plain_3]]",
    "inside": "[[wrap]]x [[plain_2]] y[[/wrap]]",
    "around": "[[wrap_2]]x [[plain]] y[[/wrap_2]]",
    "deep": "[[wrap]][[wrap_2]][[wrap_3]][[plain_2]][[/wrap_3]][[plain]][[/wrap_2]][[/wrap]] [[wrap_2]]z[[/wrap_2]]",
    "failing": "[[wrap_2]][[fails]][[fails_2]][[/wrap_2]] [[unknown]] [[Fails_2]]",
    "data": "[[data]] [[data_2]] [[needs]] [[needs_2]]",
    "place": "x\n[[place a=1]] [[wrap_3]]\n [[Place_2 b='c']][[/wrap_3]]",
    "spelling": "[[Plain_2]] \\[[plain_2]] `[[plain_2]]`",
    "unsafe": "[[half_2]][[half]][[half_3]][[plain]][[/half_3]][[/half]][[/half_2]]",
    "as made": "[[shown_2]][[half_3]]x[[/half_3]] [[half]][[/half]][[/shown_2]] [[shown]][[half_2]][[/half_2]][[/shown]]",
    "source": "[[wrap]][[source_2]][[/wrap]] [[source]] [[source_3]]",
    "many": "[[wrap_2]]" * 30 + "[[wrap_3]]" * 20 + "x" + "[[/wrap_3]]" * 20 + "[[/wrap_2]]" * 30,
    "alternating": "[[wrap_2]][[wrap_3]]" * 12 + "x" + "[[/wrap_3]][[/wrap_2]]" * 12,
    "none": "nothing here",
}
DOCUMENTS: list[dict[str, Any]] = [
    {"text": text, "path": f"{name}.md", "data": {"own": [1]}} for name, text in TEXTS.items()
]

OWN: list[dict[str, Any]] = [
    {},
    {"post": {"id": 2}},
    {"post": {}},
    {"post": None, "data": {}},
]
DOCUMENTS += [{"text": "[[needs_2]] [[needs]] [[needs_3]]", **own} for own in OWN]


def macros(*, apart: bool) -> list[tuple[str, str, str]]:
    return [
        (f"{name}{end}", domain if apart else "", content)
        for name, content in MACROS.items()
        for end, domain in ENDS.items()
    ]


def without_times(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for document in documents:
        for macro in document["macros"]:
            macro.pop("durationUs", None)
    return documents


@pytest.mark.parametrize("preview", [False, True])
def test_documents_come_out_as_from_one_interpreter(host: Host, preview: bool) -> None:
    shared = {"env": {"isPreview": preview}, "data": {"x": {"y": 1}}, "post": {"id": 1, "a": 2}}
    load(host, macros(apart=False))
    together = host.do("documents", documents=DOCUMENTS, shared=shared)
    load(host, macros(apart=True))
    apart = host.do("documents", documents=DOCUMENTS, shared=shared)
    assert without_times(apart) == without_times(together)
    assert sorted(host.do("stats")["domains"]) == ["a", "b"]


REACHING_FILE = Path(__file__).parents[1] / "tests" / "scripts" / "trust" / "reaching.py"
REACHING = REACHING_FILE.read_text("utf-8")
HELPER = "WORD = 'MARK-50' + 'face12'\nkept = ['MARK-0c0f' + 'fee0']\n"
HELPED = f"try:\n    import _keeper\nexcept ImportError:\n    pass\n{REACHING}"
KEEPER = (
    "WORD = 'MARK-50' + 'face12'\n"
    "kept = []\n"
    "def render(context):\n"
    "    kept.append(context['params']['secret'])\n"
    "    return {'text': 'kept'}\n"
)
SECRETS = "MARK-0c0ffee0,MARK-50face12"


def reached(host: Host) -> str:
    """Let one script keep a secret, and return what the other one finds."""
    host.do("calls", calls=[call("keeper", secret="MARK-0c0ffee0")])
    outcome = host.call("reaching")
    assert outcome["result"]["data"]["looked"] > 10_000
    assert "is blocked" in outcome["result"]["data"]["gc"]
    text: str = outcome["result"]["text"]
    return text


@pytest.mark.parametrize(
    ("keeper", "reaching"),
    [("a", "b"), ("", "b"), ("a", ""), ("a", "a")],
    ids=["of another", "of the common one", "of another, by the common one", "of its own"],
)
def test_a_script_finds_nothing_of_another_one(
    patient_host: Host, keeper: str, reaching: str
) -> None:
    load(patient_host, [("keeper", keeper, KEEPER), ("reaching", reaching, REACHING)])
    assert reached(patient_host) == ""


def test_it_does_find_what_is_in_its_own_interpreter(patient_host: Host) -> None:
    load(
        patient_host, [("_keeper", "a", HELPER), ("keeper", "a", KEEPER), ("reaching", "a", HELPED)]
    )
    assert reached(patient_host) == SECRETS


@pytest.mark.parametrize("before", ["", "a"], ids=["common", "another"])
def test_a_script_that_is_moved_leaves_nothing_behind(patient_host: Host, before: str) -> None:
    scripts = [
        ("_keeper", before, HELPER),
        ("keeper", before, KEEPER),
        ("reaching", before, HELPED),
    ]
    load(patient_host, scripts)
    assert reached(patient_host) == SECRETS
    load(patient_host, [("_keeper", "b", HELPER)])
    assert reached(patient_host) == ""


HANGS = "def render(context):\n    while True: pass\n"
CRASHES = "import os\ndef render(context):\n    os._exit(1)\n"
GROWS = "def render(context):\n    x = []\n    while True: x.append(bytearray(2 ** 24))\n"


@pytest.mark.parametrize(
    ("content", "codes"),
    [(HANGS, {"timeout"}), (CRASHES, {"crash", "capability"}), (GROWS, {"memory"})],
    ids=["timeout", "crash", "memory"],
)
def test_a_domain_that_dies_harms_no_other(host: Host, content: str, codes: set[str]) -> None:
    load(
        host,
        [("seen", "", SEEN), ("bad", "x", content), ("seen_2", "x", SEEN), ("seen_3", "y", SEEN)],
    )
    names = ["seen", "seen_3", "bad", "seen_2", "seen", "seen_3"]
    outcomes = host.do("calls", calls=[call(name) for name in names])
    assert outcomes.pop(2)["error"]["code"] in codes
    # Where its interpreter survives, it stays in it, beside those of its own domain.
    seen = [text.replace("script.scripts.bad,", "") for text in texts(outcomes)]
    assert seen == [f"script.scripts.{name}" for name in names if name != "bad"]
    [document] = host.do(
        "documents", documents=[{"text": "[[seen]] [[bad]] [[seen_3]]"}], shared={}
    )
    assert document["output"] == "script.scripts.seen  script.scripts.seen_3"
    assert [error["code"] in codes for error in document["errors"]] == [True]
    stats = host.do("stats")
    assert (stats["restarts"], stats["domains"]["y"]["restarts"]) == ([], [])


def test_a_post_goes_through_the_transforms_domain_by_domain(host: Host) -> None:
    def transform(name: str, domain: str) -> tuple[str, str, str]:
        body = f"def transform(post):\n    post['title'] += '{name}'\n    toast('{name}')\n"
        return name, domain, body

    scripts = [transform("a", "x"), transform("b", ""), transform("c", "x"), transform("d", "w")]
    load(
        host, [*scripts, ("hangs", "v", HANGS.replace("render", "transform")), ("seen", "u", SEEN)]
    )
    post = {"title": "t", "content": "x", "tags": [], "categories": []}
    outcome = host.do("transform", post=post, context={})
    assert (outcome["post"]["title"], outcome["applied"], outcome["toasts"]) == (
        "tbdac",
        ["b", "d", "a", "c"],
        ["b", "d", "a", "c"],
    )
    assert [(each["scriptSlug"], each["code"]) for each in outcome["errors"]] == [
        ("hangs", "timeout")
    ]
    assert host.do("stats")["domains"]["u"]["generation"] == 0


def test_a_program_runs_in_its_domain(host: Host) -> None:
    source = (
        SEEN.replace("def render(context)", "def main()").replace("{'text': ", "").replace("}", "")
    )
    plain = "def render(context):\n    return {'text': 'x'}\n"
    load(host, [("plain", "", plain), ("seen", "", SEEN), ("tool", "x", source)])
    host.do("calls", calls=[call("plain"), call("seen")])
    assert host.do("run", script={"slug": "tool"}, args=[])["result"] == ""
    assert (
        host.do("run", script={"path": "new.py", "content": source}, args=[])["result"]
        == "script.scripts.plain"
    )


def test_helpers_of_another_domain_cannot_be_imported(host: Host) -> None:
    uses = "from _shared import word\ndef render(context):\n    return {'text': word}\n"
    load(host, [("_shared", "x", "word = 'theirs'\n"), ("ours", "", uses), ("theirs", "x", uses)])
    ours, theirs = host.do("calls", calls=[call("ours"), call("theirs")])
    assert ours["error"]["type"] == "ModuleNotFoundError"
    assert texts([theirs]) == ["theirs"]


def test_chips_are_made_in_their_domain(host: Host) -> None:
    chip = SEEN + "def preview(context):\n    return render(context)['text']\n"
    load(host, [("seen", "", chip), ("seen_2", "x", chip)])
    previews = host.do("previews", calls=[call("seen_2"), call("seen"), call("nobody")])
    assert [each["text"] for each in previews] == [
        "script.scripts.seen_2",
        "script.scripts.seen",
        "⚠ nobody",
    ]


def test_the_text_of_a_script_that_is_checked_stays_in_its_domain(patient_host: Host) -> None:
    load(patient_host, [("keeper", "a", KEEPER), ("reaching", "", REACHING)])
    edited = KEEPER.replace("'MARK-50' + 'face12'", "'MARK-abcdef01'")
    checked = patient_host.do("check", path="scripts/keeper.py", content=edited)
    assert checked["problems"] == []
    assert reached(patient_host) == ""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was built in a project with trust domains."""
    root = tmp_path_factory.mktemp("project")
    (root / "scripts" / "vendor").mkdir(parents=True)
    for name, content in {"seen": SEEN, "keeper": KEEPER, "vendor/reaching": REACHING}.items():
        (root / "scripts" / f"{name}.py").write_text(content, "utf-8")
    table = '[trust]\ndomains = { "scripts/vendor/" = "vendor", "scripts/seen.py" = "odd" }\n'
    (root / "pybridge.toml").write_text(table, "utf-8")
    return build(root / "pybridge", require_project(root)).out


@pytest.mark.parametrize("isolation", ["origin", "worker"])
def test_a_built_folder_keeps_them_apart(open_host: OpenHost, built: Path, isolation: str) -> None:
    host = open_host(built=built)
    host.start(spares=0, limits={"itemS": 60}, isolation=isolation)
    # Not a word of the common domain's scripts either, though they are in the snapshot that all start from.
    assert reached(host) == ""
    assert host.call("seen")["result"] == {"text": "script.scripts.seen"}
    assert host.do("stats")["warnings"] == []


@pytest.mark.parametrize("name", ["native", "wasi"])
def test_the_engines_agree(patient_host: Host, name: str) -> None:
    shared = {"env": {"isPreview": True}, "data": {"x": 1}}
    load(patient_host, macros(apart=True))
    here = patient_host.do("documents", documents=DOCUMENTS, shared=shared)
    scripts = [
        Script(f"scripts/{slug}.py", content, domain=domain)
        for slug, domain, content in macros(apart=True)
    ]
    with open_for(scripts, lambda: open_engine(name)) as engine:
        engine.load(scripts)
        there = engine.render_documents(DOCUMENTS, shared)
    for document in here:
        del document["parts"]
    for document in there:
        document.pop("parts", None)
    assert without_times(here) == without_times(there)
