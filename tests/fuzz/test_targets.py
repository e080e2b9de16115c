"""Every target of the fuzzer takes its seeds, whole and spoilt; `make fuzz` goes on from there."""

from __future__ import annotations

import random

import pytest

from tests.amounts import amount
from tests.fuzz.targets import TARGETS, seeds

SPOILT = amount(20, 2000)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_whole_and_spoilt(name: str) -> None:
    chance = random.Random(name)
    for seed in seeds()[name]:
        TARGETS[name](seed)
        for _ in range(SPOILT):
            TARGETS[name](spoilt(seed, chance))


def spoilt(seed: bytes, chance: random.Random) -> bytes:
    """Return a seed with some bytes cut out, doubled or changed."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.randint(0, 6))
        data[start:end] = chance.choice([b"", data[start:end] * 3, chance.randbytes(2)])
    return bytes(data)
