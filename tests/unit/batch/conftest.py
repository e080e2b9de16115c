"""Scripts and documents for partitions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybridge import Limits
from pybridge.batch.kept import kept

GREET = """from html import escape


def render(context):
    return {"html": "<b>Hello, " + escape(str(context["params"]["name"])) + "!</b>"}
"""
SCRIPTS = {
    "greet": GREET,
    "boom": "def render(context):\n    return {'text': context['params']['missing']}\n",
    "note": "def render(context):\n    return {'markdown': '*' + str(context['post']) + '*'}\n",
}
PATIENT = Limits(boot_s=120, item_s=60)


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    """Leave no sandbox to the tests of other modules."""
    yield
    kept().close()
