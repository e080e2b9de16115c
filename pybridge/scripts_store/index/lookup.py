"""Find the script that a name means, as the macro engine does: `tests/names.json` says how."""

from __future__ import annotations

from collections.abc import Sequence

from pybridge.errors import ScriptNotFound
from pybridge.macros.values.problems import closest
from pybridge.project.discover import SCRIPTS_FOLDER
from pybridge.scripts_store.index.plan import precedence
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.index.scan import state_of


def find(name: str, records: Sequence[Record]) -> Record:
    """Return the script with this path, slug, alias or id, in any case but for paths.

    A slug goes before an alias, an alias before an id, a project's script before a built-in one. Helper
    modules are found too: they are scripts of the store, though no macro can be called by their names.

    Raises:
        ScriptNotFound: when there is none.
    """
    ordered = sorted(records, key=_order)
    lowered = name.lower()
    for matches in (
        lambda record: record.path in (name, f"{SCRIPTS_FOLDER}/{name}"),
        lambda record: record.slug.lower() == lowered,
        lambda record: lowered in (alias.lower() for alias in record.info["aliases"]),
        lambda record: record.id.lower() == lowered,
    ):
        found = next(filter(matches, ordered), None)
        if found is not None:
            return found
    near = closest(name, [record.slug for record in records])
    raise ScriptNotFound(name, (f"{SCRIPTS_FOLDER}/",), (near,) if near else ())


def _order(record: Record) -> tuple[bool, bool, str]:
    is_built_in = record.path.startswith("default_scripts/")
    return is_built_in, *precedence(state_of(record))
