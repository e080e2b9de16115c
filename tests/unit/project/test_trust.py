from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.errors import ProjectInvalid
from pybridge.project.discover import require_project
from pybridge.project.scripts import read_scripts

TABLE = """
[trust]
default = "{default}"
domains = {{ "scripts/vendor/" = "vendor", "scripts/vendor/near.py" = "", "scripts/odd.py" = "odd" }}
"""


@pytest.mark.parametrize(
    ("default", "other"),
    [("one", ""), ("project", "project"), ("each", "scripts/other.py")],
)
def test_the_longest_entry_decides_then_the_default(
    tmp_path: Path, default: str, other: str
) -> None:
    (tmp_path / "pybridge.toml").write_text(TABLE.format(default=default))
    for name in ("vendor/far.py", "vendor/near.py", "odd.py", "other.py"):
        path = tmp_path / "scripts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def render(context):\n    return {}\n")
    scripts = read_scripts(require_project(tmp_path, tmp_path), limit=10**6).scripts
    assert {each.path: each.domain for each in scripts if each.origin == "project"} == {
        "scripts/odd.py": "odd",
        "scripts/other.py": other,
        "scripts/vendor/far.py": "vendor",
        "scripts/vendor/near.py": "",
    }
    assert {each.domain for each in scripts if each.origin == "default"} == {""}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("default = 'all'", "one, project or each, not 'all'"),
        ("domains = 'x'", "trust.domains must be a table"),
        ("domains = { a = 1 }", "the domain of a must be a string"),
        ("domain = {}", "no key 'domain'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "pybridge.toml").write_text(f"[trust]\n{table}\n")
    with pytest.raises(ProjectInvalid, match=message):
        require_project(tmp_path, tmp_path)
