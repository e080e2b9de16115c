"""Which attacks a run makes: all, or a sample and whatever tries a layer that changed.

`make attacks` and `make test-long` set PYBRIDGE_ATTACKS=all: every payload on each of its grounds, in a
fresh and in a warm worker. Then `python -m e2e.attacks.table` writes docs/attacks.md and fingerprints.json,
and both are committed.

Without it, every payload runs once: the grounds take turns, and so do a fresh and a warm worker. A class
of attacks runs on every ground in both states, too, as long as a layer it tries (layers.toml), or a payload
of the class, is not what fingerprints.json says. So between a change of a layer and the next full run
`make test` takes longer, by design.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping

from e2e.attacks.corpus import Payload, payloads
from e2e.attacks.layers import Fingerprints, fingerprints, layers, recorded

GROUNDS = ("origin", "worker", "wasi", "native")
STATES = ("fresh", "warm")

Attack = tuple[Payload, str, str]
"""A payload, its ground, and the state of the worker."""


def selected() -> list[Attack]:
    """Return the attacks of this run, by ground and state."""
    if os.environ.get("PYBRIDGE_ATTACKS") == "all":
        return everything()
    return sampled(changes(fingerprints(), recorded()))


def everything() -> list[Attack]:
    """Return each payload on each of its grounds in both states."""
    return [
        (payload, ground, state)
        for ground in GROUNDS
        for state in STATES
        for payload in payloads()
        if ground in payload.grounds
    ]


def sampled(changed: Container[str]) -> list[Attack]:
    """Return one ground and state for each payload, and all where something changed.

    *changed* holds names of fingerprints.
    """
    doubtful = [layer for layer in layers() if f"layer {layer.name}" in changed]
    turns = {payload.name: turn for turn, payload in enumerate(payloads())}

    def is_wanted(payload: Payload, ground: str, state: str) -> bool:
        own = [each for each in GROUNDS if each in payload.grounds]
        rounds, turn = divmod(turns[payload.name], len(own))
        return (
            (own[turn] == ground and STATES[rounds % len(STATES)] == state)
            or f"class {payload.attack_class}" in changed
            or any(layer.is_tried_by(payload, ground) for layer in doubtful)
        )

    return [attack for attack in everything() if is_wanted(*attack)]


def changes(now: Fingerprints, then: Fingerprints) -> frozenset[str]:
    """Return the layers and classes that are not what they were at the last full run."""
    return frozenset(name for name, value in now.items() if then.get(name) != value)


def missing(outcomes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the attacks that have no outcome."""
    for payload, ground, state in everything():
        if f"{ground}-{state}" not in outcomes.get(payload.name, {}):
            yield f"{ground}-{state}-{payload.name}"
