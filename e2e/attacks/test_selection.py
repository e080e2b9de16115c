"""Which attacks a run makes: no class is left out, and a change brings the whole of what it concerns."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from e2e.attacks.corpus import BROWSERS, LEVELS, payloads
from e2e.attacks.layers import ROOT, Layer, fingerprints, layers
from e2e.attacks.record import Outcomes
from e2e.attacks.selection import (
    GROUNDS,
    STATES,
    Attack,
    changes,
    everything,
    missing,
    named,
    sampled,
)
from e2e.attacks.table import PAGE, kept, page, read_page

GUARDED = (
    *("pybridge/macros", "pybridge/engines/wasi", "pybridge/engines/supervision", "pybridge/wasi"),
    *("web_worker/worker", "web_worker/frame", "web_worker/host", "pybridge/html"),
)
"""Folders in which every source file belongs to a layer."""

ELSEWHERE = {
    "pybridge/macros/syntax",
    *("client.js", "opening.js", "rollout.js", "streams.js"),
}
"""Folders and files that no payload tries: notation, and the client's surface."""


WHOLE: Outcomes = {
    payload.name: {f"{ground}-{state}": "held" for ground in payload.grounds for state in STATES}
    for payload in payloads()
}


def names(attacks: Iterable[Attack]) -> set[tuple[str, str]]:
    return {named(attack) for attack in attacks}


def test_the_sample_has_one_of_every_class_and_every_ground_in_either_state() -> None:
    sample = sampled(())
    assert sorted(payload.attack_class for payload, _, _ in sample) == sorted(
        {payload.attack_class for payload in payloads()}
    )
    assert {(ground, state) for _, ground, state in sample} == {
        (ground, state) for ground in GROUNDS for state in STATES
    }


@pytest.mark.parametrize("layer", layers(), ids=lambda layer: layer.name)
def test_a_changed_layer_brings_all_of_its_attacks(layer: Layer) -> None:
    assert names(sampled({f"layer {layer.name}"})) == names(sampled(())) | {
        attack for attack in names(everything()) if concerns(layer, attack)
    }


def concerns(layer: Layer, attack: tuple[str, str]) -> bool:
    name, place = attack
    return name.startswith(layer.attacks) and place.partition("-")[0] in layer.grounds


def test_a_changed_payload_brings_its_class_in_both_states() -> None:
    added = names(sampled({"class J01"})) - names(sampled(()))
    assert {name.partition("_")[0] for name, _ in added} == {"J01"}
    assert names(sampled({"class J01"})) >= {
        attack for attack in names(everything()) if attack[0].startswith("J01")
    }


@pytest.mark.parametrize("layer", layers(), ids=lambda layer: layer.name)
def test_a_layer_names_files_and_payloads_that_exist(layer: Layer) -> None:
    for pattern in layer.files:
        assert list(Layer("", (pattern,), (), ()).paths()), pattern
    for start in layer.attacks:
        assert any(payload.name.startswith(start) for payload in payloads()), start
    assert set(layer.grounds) <= set(GROUNDS)


def test_every_payload_tries_a_layer_on_every_ground() -> None:
    own = [layer for layer in layers() if layer.attacks != ("",)]
    tried = {
        (payload.name, ground)
        for payload, ground, _ in everything()
        if any(layer.is_tried_by(payload, ground) for layer in own)
    }
    assert names(everything()) == {
        (name, f"{ground}-{state}") for name, ground in tried for state in STATES
    }


def test_every_file_of_the_sandboxes_is_in_a_layer() -> None:
    known = {path for layer in layers() for path in layer.paths()}
    sources = {path for folder in GUARDED for path in (ROOT / folder).rglob("*.[jp][sy]")}
    left = {path for path in sources - known if path.name != "__init__.py"}
    strays = {path for path in left if path.parent != ROOT / "web_worker/host"}
    assert {path.parent.relative_to(ROOT).as_posix() for path in strays} <= ELSEWHERE
    assert {path.name for path in left - strays} <= ELSEWHERE


def test_native_is_attacked_only_by_payloads_that_say_what_it_does_not_promise() -> None:
    there = [payload for payload in payloads() if "native" in payload.grounds]
    assert len(there) >= 5
    assert {frozenset(payload.expected["native"]) for payload in there} == {frozenset({"breach"})}
    assert all(
        "breach" not in payload.expected[engine]
        for payload in payloads()
        for engine in ("browser", "wasi")
    )


def test_every_level_browser_and_kind_of_engine_has_payloads() -> None:
    assert len(payloads()) >= 260
    for names in (BROWSERS, LEVELS):
        for name in names:
            assert any(name in payload.browsers | payload.levels for payload in payloads()), name


def test_changes_are_what_differs_or_is_new() -> None:
    now = {"layer a": "1", "layer b": "2", "class J01": "3"}
    assert changes(now, {"layer a": "1", "layer b": "1"}) == {"layer b", "class J01"}
    assert changes(fingerprints(), fingerprints()) == frozenset()


def test_a_record_is_whole_when_nothing_is_missing() -> None:
    record = {name: dict(places) for name, places in WHOLE.items()}
    assert list(missing(record)) == []
    del record["J01_import_js"]["wasi-warm"]
    assert list(missing(record)) == ["wasi-warm-J01_import_js"]


def test_the_page_can_be_read_back() -> None:
    text = PAGE.read_text("utf-8")
    assert page(read_page(text)) == text


def test_what_a_change_makes_doubtful_is_not_kept() -> None:
    text = page(WHOLE)
    assert kept(text, ()) == WHOLE
    known = kept(text, {"layer native", "class J01"})
    assert set(missing(known)) == {
        f"{ground}-{state}-{payload.name}"
        for payload, ground, state in everything()
        if payload.attack_class == "J01" or (ground == "native" and payload.name.startswith("K"))
    }
