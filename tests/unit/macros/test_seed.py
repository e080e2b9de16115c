"""`env.seed` makes random numbers repeatable, for one call at a time."""

from __future__ import annotations

import os
import random
import secrets
from typing import Any

import pytest

from tests.unit.macros.host import Host

DICE = "import random\nFIRST = random.random()\ndef render(context):\n    return {'html': str(random.random())}\n"


def roll(host: Host, **env: Any) -> str:
    return str(host.call("dice", env=env)["result"]["html"])


@pytest.mark.parametrize(
    ("seed", "number"),
    [(0, 0.8444218515250481), (-5, 0.6229016948897019), ("post-1", 0.9983832822590553), (7.0, 0.32383276483316237)],
)  # fmt: skip
def test_the_same_seed_gives_the_same_numbers_everywhere(
    host: Host, seed: Any, number: float
) -> None:
    host.load(dice=DICE)
    assert [roll(host, seed=seed) for _ in range(3)] == [str(number)] * 3


def test_without_a_seed_numbers_are_fresh_and_untouched_by_seeded_calls(host: Host) -> None:
    host.load(dice=DICE)
    random.seed(1)
    expected = [random.random() for _ in range(3)]
    random.seed(1)
    roll(host)  # the body takes the first number, this call the second
    roll(host, seed=5)
    assert roll(host) == str(expected[2])
    assert roll(host) != roll(host)


def test_each_macro_of_a_document_starts_with_the_seed(host: Host) -> None:
    host.load(dice=DICE)
    outcome = host.document("[[dice]] [[dice]]", env={"seed": 3})
    first, second = (macro["result"]["html"] for macro in outcome["macros"])
    assert first == second


def test_async_macros_are_seeded_while_they_run(host: Host) -> None:
    host.load(dice=DICE.replace("def render", "async def render"))
    assert roll(host, seed=0) == str(0.8444218515250481)


def test_a_script_that_breaks_the_module_harms_nobody(host: Host) -> None:
    body = "import random\ndef render(context):\n    random.setstate = None\n    return {'html': 'x'}\n"
    host.load(dice=body)
    original = random.setstate
    try:
        assert roll(host, seed=1) == "x"
    finally:
        random.setstate = original


def test_the_system_s_randomness_is_seeded_as_well_and_given_back(host: Host) -> None:
    system = os.urandom
    host.load(
        keys="import secrets, uuid\n"
        "def render(context):\n    return {'html': f'{uuid.uuid4()} {secrets.token_hex(8)}'}\n"
    )

    def keys(**env: Any) -> str:
        return str(host.call("keys", env=env)["result"]["html"])

    assert keys(seed="post-1") == keys(seed="post-1")
    assert len({keys(seed=1), keys(seed=2), keys(), keys()}) == 4
    assert os.urandom is system
    assert len({secrets.token_hex(8) for _ in range(3)}) == 3
