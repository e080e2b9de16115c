"""Manifests of runtimes, judged as in JavaScript (tests/js/install_bundle.test.mjs)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pybridge.bundles.archive.files import MemoryFiles
from pybridge.bundles.refusals import Refused
from pybridge.bundles.verification import verify
from tests.unit.bundles.making import HOST, KEY, trusting
from tests.unit.bundles.runtime_cases import MODULES, PATH, cases, text

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_manifest_is_accepted_or_refused_in_the_words_of_javascript(case: dict[str, Any]) -> None:
    manifest = json.dumps(case["manifest"]).encode()
    files = {"manifest.json": manifest, **{name: MODULES[name] for name in sorted(MODULES)}}
    if case["error"] is None:
        assert verify(MemoryFiles(files), trusting(KEY), HOST).manifest.id == "lang-python-test"
        return
    with pytest.raises(Refused) as found:
        verify(MemoryFiles(files), trusting(KEY), HOST)
    assert found.value.problem.startswith(case["error"])


def test_the_committed_file_is_current() -> None:
    assert PATH.read_text() == text(), "python -m tests.unit.bundles.runtime_cases"
