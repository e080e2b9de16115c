"""The table [packages], and changes of it that keep the rest of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybridge.errors import ProjectInvalid
from pybridge.project.discover import SETTINGS_BOUNDS, read_settings
from pybridge.project.package_edits import NotEdited, with_requirements
from pybridge.project.packages import BadPackages, WantedPackages, name_in, read_packages


def test_a_domain_has_its_own_and_those_of_every_domain() -> None:
    wanted = read_packages({"requires": ["Six>=1"], "domains": {"a": ["tabulate"], "b": []}})
    assert wanted.for_domain("a") == ("Six>=1", "tabulate")
    assert wanted.for_domain("other") == ("Six>=1",)
    assert wanted.all() == ("Six>=1", "tabulate")
    assert wanted.to_json() == {"*": ["Six>=1"], "a": ["tabulate"]}
    assert not WantedPackages()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("require = []", "no key 'require'"),
        ("requires = 'x'", "packages.requires must be a list of strings"),
        ("requires = [1]", "packages.requires must be a list of strings"),
        ("requires = ['']", "packages.requires: not a package"),
        ("requires = ['x @ https://x.invalid/x.whl']", "not a package with versions"),
        ("requires = [\"x; python_version < '3'\"]", "not a package with versions"),
        ("requires = ['-e .']", "not a package with versions"),
        ("requires = ['../x.whl']", "not a package with versions"),
        ("requires = ['a.b>1', 'A_b']", "a-b twice: 'a.b>1' and 'A_b'"),
        ("domains = []", "packages.domains must be a table"),
        ("domains = { x = 'y' }", "packages.domains.x must be a list"),
        ("domains = { '*' = ['y'] }", "use packages.requires"),
        ("index = 1", "packages.index must be an address"),
        (f"requires = {[f'p{number}' for number in range(201)]}", "more than 200"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "pybridge.toml").write_text(f"[packages]\n{table}\n")
    with pytest.raises(ProjectInvalid, match=message.replace("*", r"\*")):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("requirement", "name"),
    [("Zope.Some_thing", "zope-some-thing"), ("a[b, c]>=1,<2", "a"), ("x ~=1.0", "x")],
)
def test_the_name_of_a_requirement_is_normalised(requirement: str, name: str) -> None:
    assert name_in(requirement) == name


TEXTS = (
    "",
    'mainLanguage = "de" # mine',
    "[packages]\n",
    "# a\n[packages] # b\nrequires = ['x', \"y\"] # c\nindex = 'https://x.invalid'\n[limits]\nitemS = 1\n",
    "[packages]\nrequires = [\n  'x', # ]\n  'y]',\n]\n\n[packages.domains]\nfar = ['z']\n",
    "[packages.domains]\nfar = []\n'a b' = ['z']\n",
    "[packages]\nindex = 'https://x.invalid'\n",
)


@given(
    text=st.sampled_from(TEXTS),
    requirements=st.lists(st.sampled_from(["x>=1", "y", 'z[e]=="1"']), unique=True),
    domain=st.sampled_from([None, "far", "a b"]),
)
def test_an_edit_changes_the_requirements_and_nothing_else(
    text: str, requirements: list[str], domain: str | None
) -> None:
    changed = with_requirements(text, requirements, domain, SETTINGS_BOUNDS)
    before, after = tomllib.loads(text), tomllib.loads(changed)
    table = after["packages"] if domain is None else after["packages"]["domains"]
    assert table.pop(domain or "requires") == requirements
    old = before.setdefault("packages", {})
    (old if domain is None else old.setdefault("domains", {})).pop(domain or "requires", None)
    assert after == before
    kept = [line for line in text.splitlines() if "# mine" in line or line.startswith("# a")]
    assert all(line in changed.splitlines() for line in kept)


@pytest.mark.parametrize(
    "text",
    [
        "packages = { requires = ['x'] }",
        "packages.requires = ['x']",
        "x = '''\n[packages]\n'''",
        "[packages\n",
    ],
)
def test_a_table_in_another_form_is_left_to_its_author(text: str) -> None:
    with pytest.raises(NotEdited):
        with_requirements(text, ["y"], None, SETTINGS_BOUNDS)


def test_a_name_of_ours_is_not_read_as_a_requirement() -> None:
    with pytest.raises(BadPackages):
        name_in("x" * 101)
