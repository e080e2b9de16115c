"""The sets that are there: golden cases of a checkout, a project's documents, random ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from pybridge import resources
from pybridge.parity.cases import Case, CaseSet, JsonObject
from pybridge.parity.random_cases import random_set
from pybridge.project.discover import Project, ProjectOrBuiltIns, find_project
from pybridge.project.documents import find_documents, read_document
from pybridge.project.scripts import Script, default_files, read_scripts
from pybridge.project.site_data import shared_data

APART = 10
"""Of so many random cases one is rendered by scripts in several trust domains."""
DOMAINS = ("", "one", "", "another")
_FIELDS = {"media": "media", "linked_media_ids": "linkedMediaIds", "tag_usage": "tagUsage"}


def all_sets(project: ProjectOrBuiltIns, *, count: int, seed: int, limit: int) -> list[CaseSet]:
    """Return every set, with at least *count* cases in all.

    Args:
        project: Its documents are among them; without one, those of the example in a checkout.
        count: Cases; random ones fill up.
        seed: Of the random ones.
        limit: Bytes of a document.
    """
    sets = [*_golden_sets(), *_document_sets(project, limit)]
    missing = max(count - sum(len(each.cases) for each in sets), 0)
    separate = missing // APART
    together = random_set(missing - separate, seed, builtin_scripts())
    return [together, _in_domains(random_set(separate, seed + 1, builtin_scripts())), *sets]


def _in_domains(cases: CaseSet) -> CaseSet:
    """Return the set with its scripts in trust domains: every second one in the common one, the rest in two others."""
    scripts = [
        replace(script, domain=DOMAINS[at % len(DOMAINS)])
        for at, script in enumerate(cases.scripts)
    ]
    return replace(cases, name=f"trust domains, {cases.name}", scripts=scripts)


def builtin_scripts() -> tuple[Script, ...]:
    """Return the macros that come with pybridge."""
    return tuple(
        Script(f"default_scripts/{path.name}", path.read_text("utf-8"), "default")
        for path in default_files()
    )


def _golden_sets() -> list[CaseSet]:
    root = resources.checkout()
    folder = root / "tests" / "golden" if root else None
    if folder is None or not folder.is_dir():
        return []
    cases: list[Case] = []
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        found = json.loads(path.read_text("utf-8"))
        cases += [
            Case(f"{name} {case.get('id', at)}", "document", _golden_document(case))
            for at, case in enumerate(found)
            if isinstance(case, dict) and isinstance(case.get("raw"), str)
        ]
    return [CaseSet("golden", builtin_scripts(), cases)]


def _golden_document(case: JsonObject) -> JsonObject:
    context = case.get("context", {})
    return {
        "text": case["raw"],
        "env": {"isPreview": False, "mainLanguage": context.get("language", "en")},
        "post": {"id": context["post_id"]} if "post_id" in context else None,
        "data": {ours: context[theirs] for theirs, ours in _FIELDS.items() if theirs in context},
    }


def _document_sets(project: ProjectOrBuiltIns, limit: int) -> list[CaseSet]:
    found = project if isinstance(project, Project) else _example()
    if found is None:
        return []
    files = find_documents([found.root], found)
    documents = [read_document(file, limit=limit) for file in files]
    cases = [Case(document.file.name, "document", document.to_json()) for document in documents]
    env = {"isPreview": False, "mainLanguage": found.settings.main_language}
    shared = {"env": env, "data": shared_data(found, documents, limit=limit)}
    scripts = read_scripts(found, limit=limit).scripts
    return [CaseSet(f"documents of {found.root.name}", scripts, cases, shared)]


def _example() -> Project | None:
    root = resources.checkout()
    example = root / "examples" / "blog" if root else Path()
    return find_project(example) if root and example.is_dir() else None
