"""Run the examples of scripts, and compare."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree import ElementTree

from pybridge import resources
from pybridge.commands.session import Session, limits_of, open_session
from pybridge.commands.work.examples import (
    Example,
    chosen,
    in_folders,
    in_scripts,
    shared_members,
)
from pybridge.engines import EngineChoice
from pybridge.engines.protocol import JsonObject
from pybridge.errors import PybridgeError, ScriptNotFound, UsageError
from pybridge.errors.text import error_text
from pybridge.project.discover import BuiltIns, Project, ProjectOrBuiltIns
from pybridge.project.scripts import read_scripts
from pybridge.storage.atomic import write_atomically

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Status = Literal["passed", "failed", "updated"]


@dataclass(frozen=True)
class Tested:
    """What became of an example."""

    example: Example
    status: Status
    output: str | None = None
    errors: Sequence[JsonObject] = ()
    """Those of its macros, and of the example itself."""
    message: str = ""
    """Why it failed, in one line."""

    def difference(self) -> str:
        """Return the lines that differ, in the form of `diff -u`."""
        if self.output is None or self.example.output is None:
            return ""
        expected, output = self.example.output.splitlines(), self.output.splitlines()
        return "\n".join(difflib.unified_diff(expected, output, "expected", "output", lineterm=""))

    def to_json(self) -> JsonObject:
        """Return it as an entry of cli-test.v1."""
        example = self.example
        value: JsonObject = {
            "script": example.script,
            "name": example.name,
            "path": example.path,
            "line": example.line,
            "status": self.status,
            "errors": list(self.errors),
        }
        optional = {"expected": example.output, "output": self.output, "message": self.message}
        return {**value, **{name: text for name, text in optional.items() if text}}


@dataclass(frozen=True)
class ExampleReport:
    """The whole run."""

    tests: Sequence[Tested]
    notes: Sequence[PybridgeError | str]

    @property
    def failed(self) -> int:
        """How many failed."""
        return sum(each.status == "failed" for each in self.tests)

    def to_json(self) -> JsonObject:
        """Return the run as cli-test.v1."""
        return {"ok": not self.failed, "tests": [each.to_json() for each in self.tests]}


def run_project_examples(
    project: ProjectOrBuiltIns,
    engine: EngineChoice,
    slugs: Sequence[str] = (),
    *,
    update: bool = False,
) -> ExampleReport:
    """Run the examples of the scripts *slugs*, or of all.

    Args:
        project: Where they are; without one the built-in macros.
        engine: Where they run.
        slugs: Scripts; empty for all.
        update: Whether golden outputs that differ or are missing are written.

    Raises:
        ScriptNotFound: when there is no script of a slug.
        UsageError: when nothing is to be tested, or no project is to be updated.
        PybridgeError: when the engine does not start.
    """
    if update and isinstance(project, BuiltIns) and resources.checkout() is None:
        raise UsageError("there is no project whose golden outputs could be written")
    files = read_scripts(project, limit=limits_of(project).input_bytes)
    with open_session(project, engine, files) as session:
        own = {
            info["path"]: info["slug"]
            for info in session.scripts
            if info["origin"] == "project" or isinstance(project, BuiltIns)
        }
        known = {info["slug"] for info in session.scripts}
        for slug in slugs:
            if slug not in known:
                raise ScriptNotFound(slug, ("scripts/",), ())
        found = [*in_scripts(files.scripts, own)]
        found += in_folders(project, limit=session.limits.input_bytes)
        examples = chosen(found, slugs)
        if not examples:
            hint = "write EXAMPLES into a script, or scripts/tests/SLUG/NAME.md"
            raise UsageError("no examples to test", hint)
        tested = run_examples(session, examples)
        notes = session.notes()
    if update:
        tested = [_updated(each, project) for each in tested]
    return ExampleReport(tested, notes)


def run_examples(session: Session, examples: Sequence[Example]) -> list[Tested]:
    """Render the examples as one batch, and compare."""
    shared = shared_members()
    shared["env"] = {**session.env(), **shared["env"]}
    runnable = [each for each in examples if each.problem is None]
    documents = [each.document for each in runnable]
    rendered = iter(session.engine.render_documents(documents, shared))
    return [
        _unrun(each, each.problem) if each.problem is not None else _judged(each, next(rendered))
        for each in examples
    ]


def _unrun(example: Example, problem: PybridgeError) -> Tested:
    return Tested(example, "failed", None, (problem.to_json(),), problem.what())


def _judged(example: Example, rendered: JsonObject) -> Tested:
    errors = rendered["errors"]
    message = ""
    if example.error is not None:
        codes = [error["code"] for error in errors]
        if example.error not in codes:
            message = f"no error {example.error}, but {', '.join(codes) or 'none'}"
    elif errors:
        message = error_text(errors[0]).splitlines()[0]
    elif example.output is None:
        message = "no golden output yet – --update writes it"
    elif rendered["output"] != example.output:
        message = "another output"
    return Tested(example, "failed" if message else "passed", rendered["output"], errors, message)


def _updated(tested: Tested, project: ProjectOrBuiltIns) -> Tested:
    """Write the golden output of an example that has another one, or none."""
    golden, output = tested.example.golden, tested.output
    if tested.status != "failed" or tested.errors or golden is None or output is None:
        return tested
    root = project.root if isinstance(project, Project) else golden.parent
    write_atomically(golden, output.encode("utf-8", "replace"), root=root)
    return replace(tested, status="updated", message="")


def junit(report: ExampleReport) -> bytes:
    """Return the run as JUnit XML, which CI services read."""
    suite = ElementTree.Element(
        "testsuite", name="pybridge", tests=str(len(report.tests)), failures=str(report.failed)
    )
    for each in report.tests:
        where = {"file": each.example.path, "line": str(each.example.line)}
        name = {"classname": each.example.script, "name": each.example.name}
        case = ElementTree.SubElement(suite, "testcase", {**name, **where})
        if each.status == "failed":
            failure = ElementTree.SubElement(case, "failure", message=_plain(each.message))
            texts = [error_text(error) for error in each.errors] or [each.difference()]
            failure.text = _plain("\n\n".join(texts))
    text: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return text


def _plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("?", text)
