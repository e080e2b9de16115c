"""docs/attacks.md tells of every payload there is, and of outcomes that the payload allows."""

from __future__ import annotations

import re

from e2e.attacks.corpus import payloads
from e2e.attacks.table import PAGE

ROW = re.compile(r"\| ([A-Z]\d\w+) \| .* \| [CFW ]+ \| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|")
ENGINES = ("browser", "browser", "wasi", "native")


def test_the_table_has_every_payload_with_outcomes_it_allows() -> None:
    rows = {match[1]: match.groups()[1:] for match in ROW.finditer(PAGE.read_text("utf-8"))}
    assert list(rows) == [payload.name for payload in payloads()]
    for payload in payloads():
        for cell, engine in zip(rows[payload.name], ENGINES, strict=True):
            allowed = payload.expected.get(engine, frozenset())
            assert set(re.findall(r"`([\w-]+)`", cell)) <= allowed, payload.name
