"""Partitions: results as those of one runtime, in order; errors that cost their own document; sandboxes that are kept."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybridge import Document, Rendered, Runtime
from pybridge.batch import render_partition
from pybridge.batch.kept import Kept, kept
from pybridge.errors import UnknownEngine, UsageError
from pybridge.html.policy import html_policy
from pybridge.library.core import Core
from pybridge.library.runtime import core_of
from tests.amounts import amount
from tests.unit.batch.conftest import GREET, PATIENT, SCRIPTS
from tests.unit.library.test_sharing import in_child

RENDER = partial(render_partition, scripts=SCRIPTS, engine="native", limits=PATIENT)
TEXTS = (
    "[[greet name=n{}]]",
    "---\ntitle: t{}\n---\nA [[note]]",
    "[[boom]] {}",
    "[[unknown{}]]",
    "{}",
    "",
)
NO_DICT: Any = "text"
WRONG: tuple[Any, ...] = (
    None,
    5,
    b"bytes",
    ["list"],
    Document("x", env={"isPreview": 5}),
    Document("x", data=NO_DICT),
    Document("x", path=cast(str, 5)),
    Document(cast(str, None)),
)
LOOP: dict[str, Any] = {}
LOOP["loop"] = LOOP
REFUSED_BY_THE_ENGINE = ({"x": object()}, {"x": {1}}, {"x": float("nan")}, LOOP)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(scripts=SCRIPTS, engine="native", limits=PATIENT) as runtime:
        yield runtime


def documents() -> st.SearchStrategy[list[Any]]:
    texts = st.builds(str.format, st.sampled_from(TEXTS), st.integers(0, 99))
    as_documents = st.builds(Document, texts, st.sampled_from([None, "posts/a.md"]))
    return st.lists(st.one_of(texts, as_documents, st.sampled_from(WRONG)), max_size=12)


def parts(of: Sequence[Any], cuts: Sequence[int]) -> list[Sequence[Any]]:
    places = sorted({0, len(of), *(cut % (len(of) + 1) for cut in cuts)})
    return [of[start:end] for start, end in pairwise(places)]


@given(documents(), st.lists(st.integers(0, 12), max_size=3))
@settings(
    max_examples=amount(30, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_partitions_have_the_results_of_single_documents_in_order(
    runtime: Runtime, given_documents: list[Any], cuts: list[int]
) -> None:
    done = [each for part in parts(given_documents, cuts) for each in RENDER(iter(part))]
    assert len(done) == len(given_documents)
    for document, rendered in zip(given_documents, done, strict=True):
        if any(document is wrong for wrong in WRONG):
            assert [error.code for error in rendered.errors] == ["schema"]
            assert (rendered.output, rendered.html, rendered.macros) == ("", "", ())
        else:
            given_text = document if isinstance(document, Document) else Document(document)
            assert rendered == runtime.render(given_text.text, path=given_text.path)


@pytest.mark.parametrize("post", REFUSED_BY_THE_ENGINE, ids=["object", "set", "nan", "loop"])
def test_values_that_are_not_json_cost_their_own_document(post: dict[str, Any]) -> None:
    refused, fine = RENDER([Document("x", post=post), "[[greet name=x]]"])
    assert (len(refused.errors), fine.output) == (1, "<b>Hello, x!</b>")


def test_the_function_and_its_results_survive_pickling() -> None:
    render = pickle.loads(pickle.dumps(RENDER))
    done = render(["# T\n\n[[greet name=x]] [[boom]]", "[[note]]"], html=True)
    copied: list[Rendered] = pickle.loads(pickle.dumps(done))
    assert copied == done
    assert [each.html for each in copied] == [each.html for each in done]
    assert all("html" in vars(each) for each in copied)  # made by the worker
    assert all(each.source.policy is html_policy() for each in copied)


def test_html_that_the_worker_did_not_make_is_made_later() -> None:
    [done] = RENDER(["# T\n\n[[greet name=x]]"])
    copied = pickle.loads(pickle.dumps(done))
    assert "html" not in vars(copied)
    assert copied.html == "<h1>T</h1>\n<p><b>Hello, x!</b></p>\n" == done.html


def test_the_policy_of_a_project_survives_pickling(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "pybridge.toml").write_text('[html]\niframe_hosts = ["a.example"]\n', "utf-8")
    [done] = render_partition(["x"], project=tmp_path, engine="native", limits=PATIENT)
    copied = pickle.loads(pickle.dumps(done))
    assert done.source.policy.iframe_hosts == frozenset({"a.example"})
    assert copied.source.policy == html_policy(["a.example"])


@pytest.mark.parametrize(
    ("given_arguments", "kind"),
    [
        ({"scripts": 5}, TypeError),
        ({"scripts": "no/such/folder"}, UsageError),
        ({"scripts": {}, "project": "."}, UsageError),
        ({"engine": "nothing"}, UnknownEngine),
    ],
    ids=["scripts", "folder", "both", "engine"],
)
def test_what_cannot_be_used_is_an_error(
    given_arguments: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        render_partition([], **given_arguments)


def test_changed_scripts_of_a_folder_count_at_once(tmp_path: Path) -> None:
    for name in ("A", "B"):
        (tmp_path / "greet.py").write_text(GREET.replace("Hello", name), "utf-8")
        [done] = render_partition(
            ["[[greet name=x]]"], scripts=tmp_path, engine="native", limits=PATIENT
        )
        assert done.output == f"<b>{name}, x!</b>"


class Cores:
    """Makes cores, which start nothing before they are used, and knows those that are closed."""

    def __init__(self) -> None:
        self.made: list[Core] = []

    def make(self) -> Core:
        self.made.append(core_of(None, {}, "native", None, None, None))
        return self.made[-1]

    def closed(self) -> list[int]:
        return [number for number, core in enumerate(self.made) if not is_usable(core)]


def is_usable(core: Core) -> bool:
    return not core._is_closed


def test_equal_keys_share_a_sandbox_and_the_latest_idle_ones_are_kept() -> None:
    cores, lending = Cores(), Kept(most=2)
    for key in "aab":
        with lending.lend(key, cores.make):
            assert cores.closed() == []
    assert len(cores.made) == 2
    with lending.lend("a", cores.make), lending.lend("c", cores.make):
        assert cores.closed() == []  # a and c are in use; b goes when one of them is given back
    assert cores.closed() == [1]
    lending.close()
    assert cores.closed() == [0, 1, 2]
    with lending.lend("a", cores.make) as again:
        assert is_usable(again)
    lending.close()


def test_threads_with_more_scripts_than_are_kept_disturb_nobody() -> None:
    def work(number: int) -> str:
        scripts = {"greet": GREET.replace("Hello", f"H{number % 3}")}
        [done] = render_partition(
            ["[[greet name=x]]"], scripts=scripts, engine="native", limits=PATIENT
        )
        return done.output

    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(work, range(6)))
    assert done == [f"<b>H{number % 3}, x!</b>" for number in range(6)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_sandboxes_of_its_own() -> None:
    def works() -> bool:
        [done] = RENDER(["[[greet name=x]]"])
        kept().close()
        return done.output == "<b>Hello, x!</b>"

    RENDER(["[[greet name=x]]"])
    assert in_child(works) == 0
    assert RENDER(["[[greet name=x]]"])[0].output == "<b>Hello, x!</b>"
