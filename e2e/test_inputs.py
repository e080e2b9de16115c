"""What the host hands in wrongly is refused in words, and costs the worker nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e.conftest import Host, OpenHost, call, host_opener


@pytest.fixture(scope="module")
def nested() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(100):
        value = {"a": value}
    return value


def refused(host: Host, broken: Any) -> dict[str, Any]:
    good = call("youtube", id="x")
    first, second, third = host.do("calls", calls=[good, broken, good])
    assert "result" in first
    assert first == third
    error: dict[str, Any] = second["error"]
    return error


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        pytest.param(
            {"abi": 2}, "abi", "this pybridge speaks ABI 1, the caller sent ABI 2", id="abi"
        ),
        pytest.param({"params": None}, "schema", "/params: must be object", id="type"),
        pytest.param({"extra": 1}, "schema", "/extra: unknown field", id="unknown"),
        pytest.param({"macro": {}}, "schema", "/macro: the field name is missing", id="missing"),
        pytest.param(
            {"data": {"x": "y" * 20_000_000}}, "input-limit", "the call is too large", id="large"
        ),
    ],
)
def test_a_bad_call_is_refused_in_words(
    host: Host, change: dict[str, Any], code: str, words: str
) -> None:
    error = refused(host, {**call("youtube", id="x"), **change})
    assert error["code"] == code
    assert words in error["message"]


def test_a_call_that_nests_too_deeply_is_refused(host: Host, nested: dict[str, Any]) -> None:
    error = refused(host, {**call("youtube", id="x"), "data": nested})
    assert error["code"] == "input-limit"
    assert "nested deeper than 64 levels" in error["message"]


def test_more_items_than_a_batch_may_have_are_refused(host: Host) -> None:
    answer = host.page.evaluate(
        """async () => JSON.parse(await pybridgeCall("calls",
          JSON.stringify({ calls: new Array(200001).fill(0) })))"""
    )
    assert answer["error"]["code"] == "input-limit"
    assert host.call("youtube", id="x")["result"]


def test_a_refused_document_keeps_its_text(host: Host, nested: dict[str, Any]) -> None:
    documents = [{"path": "a.md", "text": "[[youtube id=1]]", "data": nested}, {"text": "fine"}]
    first, second = host.do("documents", documents=documents, shared={})
    assert first["output"] == "[[youtube id=1]]"
    assert first["errors"][0]["code"] == "input-limit"
    assert second["output"] == "fine"


def test_100_000_macros_in_one_document_are_rendered(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, limits={"itemS": 15, "memoryMib": 512})
    text = "[[youtube id=1]]" * 100_000
    output = host.page.evaluate(
        """async (text) => {
          const answer = JSON.parse(await pybridgeCall("documents", JSON.stringify({ documents: [{ text }], shared: {} })));
          const [document] = answer.value;
          return [document.macros.length, document.errors.slice(0, 1)];
        }""",
        text,
    )
    assert output == [100_000, []]


@pytest.fixture(scope="module")
def misused(browser: Browser, folder: Path) -> Iterator[Page]:
    """A page with a runtime in its globals, which no misuse harms."""
    with ExitStack() as stack:
        page = host_opener(browser, folder, stack)().page
        page.evaluate(
            """async () => {
              const { PythonRuntime } = await import("./pybridge/client.js");
              const runtime = await PythonRuntime.start({ assets: "./pybridge/", spares: 0 });
              Object.assign(globalThis, { PythonRuntime, runtime });
            }"""
        )
        yield page
        [document] = page.evaluate("runtime.renderDocuments([{ text: '[[youtube id=x]]' }])")
        assert "embed/x" in document["output"]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        pytest.param("PythonRuntime.start()", "start needs the address", id="no options"),
        pytest.param("PythonRuntime.start({})", "start needs the address", id="no assets"),
        pytest.param("runtime.renderMany('x')", "a batch is a list", id="calls"),
        pytest.param("runtime.renderDocuments({text: 'x'})", "a batch is a list", id="documents"),
        pytest.param(
            "PythonRuntime.start({foo: 1})", "no option named foo – known: assets", id="start"
        ),
        pytest.param(
            "runtime.renderDocuments([], {sgnal: 1})", "named sgnal – known: env", id="typo"
        ),
        pytest.param("runtime.run({slug: 1})", "run takes { slug }", id="run"),
        pytest.param("runtime.load('x')", "load takes a list of scripts", id="scripts"),
        pytest.param("runtime.load([{path: 'a.py'}])", "number 0 is not one", id="no content"),
    ],
)
def test_a_misuse_is_told_in_words(misused: Page, expression: str, words: str) -> None:
    said = misused.evaluate(
        f"{expression}.then(() => 'nothing', (error) => `${{error.code}}: ${{error.message}}`)"
    )
    assert said.startswith("usage: ")
    assert words in said
