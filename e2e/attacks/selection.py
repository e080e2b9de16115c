"""Which attacks a run makes: all, or a sample and whatever tries a layer that changed.

`make attacks` and `make test-long` set PYBRIDGE_ATTACKS=all: every payload on each of its grounds, in a
fresh and in a warm worker. Then `python -m e2e.attacks.table` writes docs/attacks.md and fingerprints.json,
and both are committed.

Without it, one payload of every class runs once: payloads, grounds, and a fresh and a warm worker take turns.
A class of attacks runs whole, on every ground in both states, as long as a layer it tries (layers.toml), or a
payload of the class, is not what fingerprints.json says. So between a change of a layer and the next
`make attacks` or `make attacks-changed`, `make test` takes longer, by design.

In another browser than Chromium (`--in`) one payload of every class runs, at level `origin`; one of every chapter of
docs/attacks.md when no layer and no payload has changed.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from itertools import groupby

from e2e.attacks.corpus import Payload, payloads
from e2e.attacks.layers import Fingerprints, fingerprints, layers, recorded

GROUNDS = ("origin", "worker", "wasi", "native")
STATES = ("fresh", "warm")

Attack = tuple[Payload, str, str]
"""A payload, its ground, and the state of the worker."""


def selected() -> list[Attack]:
    """Return the attacks of this run, by ground and state."""
    if browser := os.environ.get("PYBRIDGE_BROWSER"):
        return list(selected_in(browser))
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
    """Return one attack of each class, and every doubtful one."""
    wanted = {named(attack) for attack in (*one_of_each_class(), *doubtful(changed))}
    return [attack for attack in everything() if named(attack) in wanted]


def one_of_each_class() -> Iterator[Attack]:
    """Yield an attack of each class: payloads, grounds and states take turns."""
    classes = groupby(payloads(), key=lambda payload: payload.attack_class)
    for turn, (_, members) in enumerate(classes):
        choice = list(members)
        payload = choice[turn % len(choice)]
        own = [ground for ground in GROUNDS if ground in payload.grounds]
        rounds, which = divmod(turn, len(own))
        yield payload, own[which], STATES[rounds % len(STATES)]


def selected_in(browser: str) -> Iterator[Attack]:
    """Yield attacks at level `origin` that use what *browser* has: of each class one, or of each chapter."""
    able = [each for each in payloads() if browser in each.browsers and "origin" in each.grounds]
    is_whole = os.environ.get("PYBRIDGE_ATTACKS") == "all" or changes(fingerprints(), recorded())
    groups = groupby(able, key=lambda each: each.attack_class if is_whole else each.name[0])
    for turn, (_, members) in enumerate(groups):
        choice = list(members)
        yield choice[turn % len(choice)], "origin", STATES[turn % len(STATES)]


def doubtful(changed: Container[str]) -> Iterator[Attack]:
    """Yield the attacks whose outcome may be another one since *changed*, names of fingerprints, changed."""
    tried = [layer for layer in layers() if f"layer {layer.name}" in changed]
    for payload, ground, state in everything():
        is_other = f"class {payload.attack_class}" in changed
        if is_other or any(layer.is_tried_by(payload, ground) for layer in tried):
            yield payload, ground, state


def named(attack: Attack) -> tuple[str, str]:
    """Return the name of the payload, and of its ground and state as the record has them."""
    payload, ground, state = attack
    return payload.name, f"{ground}-{state}"


def changes(now: Fingerprints, then: Fingerprints) -> frozenset[str]:
    """Return the layers and classes that are not what they were at the last full run."""
    return frozenset(name for name, value in now.items() if then.get(name) != value)


def missing(outcomes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the attacks that have no outcome."""
    for attack in everything():
        name, place = named(attack)
        if place not in outcomes.get(name, {}):
            yield f"{place}-{name}"
