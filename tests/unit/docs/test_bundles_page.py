"""The page about bundles: its sessions show the real output, its program verifies, its table has every rule."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pybridge import abi
from pybridge.bundles.archive import layout
from pybridge.bundles.refusals import RULES
from pybridge.bundles.versions import this_platform
from tests.unit.bundles.making import KEY, bundle, public
from tests.unit.docs.cli_page import PAGE, comparable, replayed, workplace

TEXT = PAGE.with_name("bundles.md").read_text("utf-8")
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(this_platform() != "linux_x86_64", reason="the page names this platform")
def test_the_sessions_show_the_real_output() -> None:
    with workplace() as place:
        assert comparable(replayed(TEXT, place)) == comparable(TEXT)


def test_the_program_verifies_a_bundle_and_no_other(tmp_path: Path) -> None:
    [program] = PROGRAM.findall(TEXT)
    path = tmp_path / "echo.zip"
    for content, code in ((bundle(), 0), (bundle(name="Other", v=1)[:-30] + bytes(30), 1)):
        path.write_bytes(content)
        command = [sys.executable, "-c", program, str(path), public(KEY).text]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (code, "" if code else "verified\n")


def test_every_rule_is_explained_in_order() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE)
    assert rows == list(RULES)


def test_the_limits_are_those_of_the_code() -> None:
    assert f"more than {layout.MOST_FILES:,} files" in TEXT
    sizes = (layout.MOST_BYTES, layout.MOST_UNPACKED_BYTES, layout.MOST_FILE_BYTES)
    assert [size >> 20 for size in sizes] == [512, 1024, 512]
    assert "more than 512 MiB, or 1 GiB unpacked, or a file of more than 512 MiB" in TEXT
    assert (layout.MOST_RATIO, layout.RATIO_FROM) == (100, 1 << 20)


def test_the_configurations_are_valid_and_that_of_cpython_is_the_example() -> None:
    bundle, cpython = map(json.loads, re.findall(r"^```json\n(.*?)^```$", TEXT, re.M | re.S))
    assert abi.validate("bundle-config", bundle) == []
    example = PAGE.parents[1] / "examples" / "bundles" / "lang-python-cpython.json"
    assert cpython == json.loads(example.read_text())
