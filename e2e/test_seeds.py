"""Random numbers: never the same in two interpreters, the same everywhere with `env.seed`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pybridge.engines import ENGINES, open_engine
from pybridge.engines.protocol import Script

DICE = Script(
    "scripts/dice.py",
    "import random, secrets, uuid\n"
    "def render(context):\n"
    "    numbers = random.random(), uuid.uuid4(), secrets.token_hex(8)\n"
    "    return {'text': ' '.join(map(str, numbers))}\n",
)
SEEDED = "0.8444218515250481 29c102cf-5a67-4430-b8e4-4c56b54d8b1c 09fec2049e2d3316"


def rolls(engine: str, **env: Any) -> list[str]:
    """Return what two interpreters of *engine* roll, one after the other."""
    # In a thread of its own: Playwright serves one session a thread, and the other tests hold one in this.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_rolls, engine, env).result()


def _rolls(engine: str, env: dict[str, Any]) -> list[str]:
    call = {"abi": 1, "macro": {"name": "dice"}, "params": {}, "env": {"isPreview": False, **env}}
    texts = []
    for _ in range(2):
        with open_engine(engine) as running:
            running.load([DICE])
            (outcome,) = running.render_calls([call])
            texts.append(str(outcome["result"]["text"]))
    return texts


@pytest.mark.parametrize("engine", ENGINES)
def test_two_interpreters_share_no_random_numbers(engine: str) -> None:
    first, second = (text.split() for text in rolls(engine))
    assert all(one != other for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_with_a_seed_every_engine_rolls_the_same(engine: str) -> None:
    assert rolls(engine, seed=0) == [SEEDED] * 2
