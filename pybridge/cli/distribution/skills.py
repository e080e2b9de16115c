"""Commands for skills: import them as text, list, show and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, counted, project_of


@click.group()
def skills() -> None:
    """Keep skills of assistants as text; nothing in them is run.

    Example: pybridge skills import my-skill
    """


@skills.command("import")
@click.argument("place", type=options.PATH, metavar="FILE|DIR")
@click.option(
    "--accept", metavar="SHA256", help="Replace a skill by this content, which you have seen."
)
@options.project
@options.as_json
def import_skill(place: Path, accept: str | None, project: Path | None, as_json: bool) -> int:
    """Check a skill (a folder, a ZIP or its SKILL.md) and keep its text in the project.

    Example: pybridge skills import my-skill
    """
    from pybridge.skills.skill import read_skill
    from pybridge.skills.store import SkillStore, without_content

    skill = read_skill(place)
    record = SkillStore(project_of(project).root).put(skill, place.name, accepted=accept)
    return answer(without_content(record), as_json, _tell)


@skills.command("list")
@options.project
@options.as_json
def list_skills(project: Path | None, as_json: bool) -> int:
    """List the skills of the project.

    Example: pybridge skills list
    """
    from pybridge.skills.store import SkillStore, without_content

    found = [without_content(each) for each in SkillStore(project_of(project).root).all()]
    if as_json:
        terminal.document(found)
    else:
        rows = [
            [each["name"], each["sha256"][:12], _warnings(each), each["description"][:60]]
            for each in found
        ]
        terminal.table(("name", "sha256", "warnings", "description"), rows)
    return terminal.EXIT_DONE


@skills.command("show")
@click.argument("name")
@options.project
@options.as_json
def show_skill(name: str, project: Path | None, as_json: bool) -> int:
    """Show a skill: what was found in it, and its text.

    Example: pybridge skills show my-skill
    """
    from pybridge.skills.store import SkillStore

    return answer(SkillStore(project_of(project).root).show(name), as_json, _tell_all)


@skills.command("remove")
@click.argument("name")
@options.project
@options.as_json
def remove_skill(name: str, project: Path | None, as_json: bool) -> int:
    """Forget a skill.

    Example: pybridge skills remove my-skill
    """
    from pybridge.skills.store import SkillStore, without_content

    record = SkillStore(project_of(project).root).remove(name)
    return answer(
        without_content(record), as_json, lambda found: terminal.row(f"removed {found['name']}")
    )


def _warnings(record: Mapping[str, Any]) -> int:
    return sum(each.get("severity") == "warn" for each in record["findings"])


def _tell(record: Mapping[str, Any]) -> None:
    terminal.row(
        f"{record['name']}  {counted(len(record['files']), 'file')}, sha256 {record['sha256']}"
    )
    for each in record["findings"]:
        line = f":{each['line']}" if each["line"] else ""
        terminal.row(
            f"{each['severity']:<5} {each['rule']:<15} {each['path']}{line}: {each['message']}"
        )


def _tell_all(record: Mapping[str, Any]) -> None:
    _tell(record)
    terminal.text(record["content"])
