"""Mark output folders inside a project, so that the documents in them do not count as the project's."""

from __future__ import annotations

from pathlib import Path

from pybridge.project.discover import Project, ProjectOrBuiltIns
from pybridge.project.tree import OUTPUT_MARK, is_visible
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import ancestor
from pybridge.storage.regular_file import real_path

_TEXT = """\
`pybridge` writes rendered documents to this folder. While this file is here, the documents in this folder
do not count as those of the project. Delete it if you write documents of your own here.
"""


def mark_output(out: Path, project: ProjectOrBuiltIns) -> str | None:
    """Mark *out* if it is a new or empty folder inside the project.

    Returns:
        What to say where a folder in the project has files of somebody else and cannot be marked; None otherwise.

    Raises:
        PybridgeError: when the mark cannot be written.
    """
    root = ancestor(out, project.root) if isinstance(project, Project) else None
    if root is None:
        return None
    real, real_root = real_path(out), real_path(root)
    if real == real_root or not real.is_relative_to(real_root):
        return None
    name = real.relative_to(real_root).as_posix()
    if not is_visible(name) or (out / OUTPUT_MARK).exists():
        return None
    if out.is_dir() and any(out.iterdir()):
        return (
            f"{name}/ was not made by pybridge: the documents in it count as the project's own "
            f'(name it in `exclude` of pybridge.toml: exclude = ["{name}/**"])'
        )
    write_atomically(out / OUTPUT_MARK, _TEXT.encode(), root=root)
    return None
