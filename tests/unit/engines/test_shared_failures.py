"""The failure rules that the JavaScript client is held to as well, over the simulated worker."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pybridge.abi.naming import to_snake
from pybridge.engines import open_for
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.engines.sanitising import Sanitising
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.errors import PybridgeError
from pybridge.html.policy import html_policy
from tests.unit.engines.simulator import Log, SimulatedWorker

TABLES = Path(__file__).parents[2] / "failures"
POST = {"title": "t", "content": "c", "tags": [], "categories": []}
Case = dict[str, Any]


def cases(table: str) -> list[Any]:
    listed: list[Case] = json.loads((TABLES / f"{table}.json").read_text("utf-8"))
    here = [case for case in listed if "python" in case.get("hosts", ["python"])]
    return [pytest.param(case, id=case["name"]) for case in here]


@pytest.mark.parametrize("case", [*cases("calls"), *cases("documents"), *cases("transforms")])
def test_one_domain(case: Case) -> None:
    workers = Workers(case)
    with workers.open() as engine:
        engine.load([Script(f"{name}.py", text) for name, text in case["scripts"].items()])
        for step in case["rounds"]:
            workers.begin_round()
            assert outcomes(engine, step) == step["expected"]
            assert workers.ran().get("", []) == step.get("ran", workers.ran().get("", []))
            assert workers.lost().get("", 0) == step.get("lost", workers.lost().get("", 0))


@pytest.mark.parametrize("case", cases("domains"))
def test_several_domains(case: Case) -> None:
    workers = Workers(case)
    texts = case.get("scripts", {})
    scripts = [
        Script(f"{name}.py", texts.get(name, f"source of {name}"), domain=domain)
        for name, domain in case["domains"].items()
    ]
    with open_for(scripts, workers.open) as engine:
        engine.load(scripts)
        for step in case["rounds"]:
            workers.begin_round()
            assert outcomes(engine, step) == step["expected"]
            assert workers.ran() == step.get("ran", workers.ran())
            assert workers.lost() == step.get("lost", workers.lost())
            assert workers.started() == step.get("started", workers.started())


def outcomes(engine: Engine, step: Mapping[str, Any]) -> Any:
    """Do a round, and return its outcomes in the form of the table."""
    engine.load([Script(f"{name}.py", text) for name, text in step.get("load", {}).items()])
    if "calls" in step:
        calls = [{"macro": {"name": name}} for name in step["calls"]]
        return [brief(each) for each in engine.render_calls(calls)]
    if "documents" in step:
        documents = [{"text": text, "path": text} for text in step["documents"]]
        rendered = engine.render_documents(documents, {})
        assert [each["path"] for each in rendered] == step["documents"]
        return [brief_document(each) for each in rendered]
    try:
        outcome = engine.transform(POST, {})
    except PybridgeError as error:
        return error.to_json()["code"]
    errors = {each["scriptSlug"]: each["code"] for each in outcome["errors"]}
    title = outcome["post"]["title"]
    return {"title": title, "applied": outcome["applied"], "errors": errors}


def brief_document(rendered: Mapping[str, Any]) -> str | list[str]:
    """Return the HTML or code of each macro; one code for a document that keeps its text."""
    if rendered["macros"]:
        return [brief(macro) for macro in rendered["macros"]]
    assert rendered["output"] == rendered["path"]
    return str(rendered["errors"][0]["code"])


def brief(outcome: Mapping[str, Any]) -> str:
    return str(outcome["result"]["html"] if "result" in outcome else outcome["error"]["code"])


class Workers:
    """The engines of a case, one for each domain that was needed, and what their workers did."""

    def __init__(self, case: Case) -> None:
        self._domains: Mapping[str, str] = case.get("domains", {})
        others = dict.fromkeys(domain for domain in self._domains.values() if domain)
        self._unopened = deque(["", *others])
        self._broken = set(case.get("broken", ()))
        limits = {to_snake(name): value for name, value in case.get("limits", {}).items()}
        self._limits = Limits(**limits)
        self._opened: list[tuple[Log, Supervisor]] = []
        self._lost: dict[str, int] = {}

    def open(self) -> Sanitising:
        """Start one more engine; the domains are listed in the order in which they are needed."""
        log = Log()
        domain = self._unopened.popleft()
        stillborn = domain in self._broken
        if stillborn:
            self._unopened.append(domain)
        supervisor = Supervisor(
            "simulated", lambda: SimulatedWorker(log, stillborn=stillborn), self._limits
        )
        self._opened.append((log, supervisor))
        return Sanitising(supervisor, html_policy())

    def begin_round(self) -> None:
        for log, _ in self._opened:
            log.ran.clear()
        self._lost = {self._domain(log): supervisor.losses for log, supervisor in self._opened}

    def ran(self) -> dict[str, list[str]]:
        return {self._domain(log): list(log.ran) for log, _ in self._opened if log.ran}

    def lost(self) -> dict[str, int]:
        now = {self._domain(log): supervisor.losses for log, supervisor in self._opened}
        return {
            domain: count - self._lost.get(domain, 0)
            for domain, count in now.items()
            if count > self._lost.get(domain, 0)
        }

    def started(self) -> list[str]:
        return [self._domain(log) for log, _ in self._opened]

    def _domain(self, log: Log) -> str:
        """Return whose scripts the workers were given to run."""
        domains = {self._domains.get(path.removesuffix(".py"), "") for path in log.own}
        assert len(domains) <= 1
        return next(iter(domains), "")
