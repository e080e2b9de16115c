from __future__ import annotations

from pathlib import Path

from pybridge.project.discover import Project
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import Workspace


def test_a_changed_file_is_seen_over_the_index_without_a_complaint(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "map.py"
    script.parent.mkdir()
    script.write_text("def render(context):\n    return {'text': 'a'}\n", "utf-8")
    workspace = Workspace(Project(tmp_path))
    sync(workspace)
    script.write_text("def transform(post):\n    return post\n", "utf-8")
    with current(workspace) as view:
        assert view.notes == ()
        assert [record.info["kind"] for record in view.records] == ["transform"]
        assert [move.new.path for move in view.plan.changed] == ["scripts/map.py"]
