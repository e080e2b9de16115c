"""Reports of the simplest kind are found right at once, and only such as are right."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.checks import documents
from pybridge.engines.supervision.checks.documents import check_document
from pybridge.engines.supervision.checks.plain_documents import is_named, is_plain_report
from pybridge.engines.supervision.checks.replies import ReplyUnfit
from pybridge.macros.wire import Session
from tests.amounts import amount
from tests.property.test_fuzz_replies import mutate

Json = dict[str, Any]

LIMITS = Limits(output_bytes=200)
SCRIPTS = [
    {"path": "a.py", "content": 'def render(context):\n    return {"html": "<b>a</b>"}\n'},
    {
        "path": "b.py",
        "content": 'BODY = True\ndef render(context):\n    return {"html": context["body"] or ""}\n',
    },
    {"path": "c.py", "content": 'def render(context):\n    return {"text": "1\\n2"}\n'},
    {"path": "d.py", "content": "def render(context):\n    return {}[1]\n"},
]
PIECES = (
    *("[[a]]", "[[A x=1]]", "[[a]]", "[[a]]", "[[b]]x[[/b]]", "[[b]]\n[[a]]\n[[/b]]", "[[c]]", "[[d]]", "[[e]]"),
    *("x", "\n", "\n\n", "- ", "> ", "é😀", " ", "\r\n", "[[", "true", "1"),
)  # fmt: skip
PLAIN = ("[[a]]", "[[A x=1]]", "[[b]]x[[/b]]", "x", "\n", "\n\n", "- ", "é😀", " ")


def _report(document: Json) -> Json:
    session = Session()
    scripts = [{**script, "origin": "project"} for script in SCRIPTS]
    session.handle(json.dumps({"kind": "load", "id": 1, "scripts": scripts}))
    message = {"kind": "documents", "id": 2, "documents": [document], "shared": {}}
    reply = session.handle(json.dumps({**message, "sliceMs": 10_000}))
    report: Json = json.loads(reply[1:])["documents"][0]
    return report


def _document(random: Random, pieces: tuple[str, ...]) -> Json:
    text = "".join(random.choices(pieces, k=random.randrange(8)))
    return {"text": text, "path": "a.md"} if random.random() < 0.5 else {"text": text}


def test_simple_reports_are_found_right_at_once() -> None:
    random = Random(1)
    for _ in range(amount(60, 500)):
        document = _document(random, PLAIN)
        assert is_plain_report(document, _report(document), LIMITS), document


def test_what_is_found_right_at_once_is_right() -> None:
    random = Random(2)
    changed = 0
    for _ in range(amount(100, 2000)):
        document = _document(random, PIECES)
        honest = _report(document)
        assert _is_right(document, honest) or "[[c]]" in document["text"]
        for _ in range(30):
            report = deepcopy(honest)
            mutate(report, random)
            if is_plain_report(document, report, LIMITS):
                assert _is_right(document, report), (document, report)
                changed += report != honest
    assert changed > 0  # such as another slug, which is compared elsewhere


def _is_right(document: Json, report: Json) -> bool:
    with patch.object(documents, "is_plain_report", return_value=False):
        try:
            check_document(document, report, LIMITS)
        except ReplyUnfit:
            return False
    return True


@pytest.mark.parametrize(
    ("raw", "name", "is_right"),
    [
        ("[[badge]]", "badge", True),
        ("[[Badge a=1]]", "badge", True),
        ("[[badge]]x[[/badge]]", "badge", True),
        ("[[badge]]", "bad", False),
        ("[[badge]]", "adge", False),
        ("[[badge]]", "", False),
        ("[[badge]]", "badge]", False),
        ("[[badge]]", "[[badge", False),
        ("[[badge x=1]]", "badge x=1", False),
        ("[[badge]]", "Badge", False),
    ],
)
def test_the_name_of_a_macro_is_the_one_in_its_text(raw: str, name: str, is_right: bool) -> None:
    assert is_named(raw, name) is is_right
