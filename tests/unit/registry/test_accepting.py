"""What a publisher may sign: more of its own, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Delegations, Metadata, TargetFile, Targets

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.accepting import Outdated
from pybridge.bundles.registry.drafts import Draft
from pybridge.bundles.registry.publications import accept, publish
from pybridge.bundles.registry.releases import Releases, releases_path
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.roles import Publisher, signed_metadata
from pybridge.bundles.registry.store import read_whole
from pybridge.errors import PybridgeError
from tests.unit.registry.conftest import LINUX, NOW, OTHER, PUBLISHER, made, release

PATH = f"plugins/echo/1.0.0/{LINUX}/echo-1.0.0-{LINUX}.zip"
INDEX = releases_path("echo")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    found = made(tmp_path / "registry", Publisher(PUBLISHER, "echo*"), Publisher(OTHER, "acme-*"))
    publish(found, [release()], PUBLISHER)
    return found


def draft_of(registry: Registry, key: PrivateKey = PUBLISHER) -> Draft:
    role = key.public.id
    version = registry.current().version_of(role)
    assert version is not None
    return Draft(
        registry.read_targets(role, version), lambda name: read_whole(registry.store, name)
    )


def sent(registry: Registry, draft: Draft, key: PrivateKey = PUBLISHER) -> bytes:
    for name, content in draft.stored().items():
        registry.store.create(name, content)
    return draft.signed(key, NOW)


def index(draft: Draft, **value: Any) -> None:
    """Sign another file of releases."""
    draft._put(INDEX, Releases("echo", **value).to_bytes())


def targets(draft: Draft) -> dict[str, TargetFile]:
    found: dict[str, TargetFile] = draft.targets.signed.targets
    return found


NEW = {"1.0.0": {LINUX: PATH}}
HOSTILE: list[Any] = [
    pytest.param(lambda d: targets(d).pop(PATH), "removed or changed", id="archive removed"),
    pytest.param(lambda d: targets(d).pop(INDEX), "removed or changed", id="releases removed"),
    pytest.param(lambda d: d._put(PATH, b"x"), "removed or changed", id="archive replaced"),
    pytest.param(lambda d: d._put("plugins/echo/x/y/z.zip", b"x"), "not the path", id="other path"),
    pytest.param(lambda d: d._put(PATH.replace("1.0.0", "1.1.0"), b"x"), "in no releases", id="in no list"),
    pytest.param(lambda d: d._put(PATH.replace("echo", "acme-x"), b"x"), "may not publish", id="bundle of another"),
    pytest.param(lambda d: index(d), "removed or changed", id="version removed"),
    pytest.param(lambda d: index(d, versions={**NEW, "2.0.0": {LINUX: PATH}}), "not its file", id="file of another version"),
    pytest.param(lambda d: index(d, versions={**NEW, "2.0.0": {"any": PATH}}), "not its file", id="file of another platform"),
    pytest.param(lambda d: index(d, versions={"1.0.0": {LINUX: PATH.replace("1.0.0", "1.1.0")}}), "removed or changed", id="another file"),
    pytest.param(lambda d: index(d, versions=NEW, yanked={"9.0.0": "x"}), "that is not there", id="unknown withdrawn"),
    pytest.param(lambda d: index(d, versions=NEW, channel="beta"), "of the channel beta", id="releases of another channel"),
    pytest.param(lambda d: d._put(INDEX, b"{"), "not JSON", id="damaged releases"),
    pytest.param(lambda d: d._put(releases_path("echo-2"), Releases("echo").to_bytes()), "of another bundle", id="releases of another bundle"),
    pytest.param(lambda d: setattr(d.targets.signed, "delegations", Delegations({}, {})), "not the targets", id="delegations"),
    pytest.param(lambda d: d.targets.signed.unrecognized_fields.update(x=1), "not the targets", id="unknown field"),
    pytest.param(lambda d: d.targets.unrecognized_fields.update(x=1), "not the targets", id="field beside what is signed"),
    pytest.param(lambda d: targets(d)[PATH].unrecognized_fields.update(custom=1), "removed or changed", id="custom"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), HOSTILE)
def test_more_than_a_publisher_may_is_refused(
    registry: Registry, change: Callable[[Draft], Any], words: str
) -> None:
    draft = draft_of(registry)
    change(draft)
    before = registry.current().timestamp.to_dict()
    text = sent(registry, draft)
    with pytest.raises(Refused, match=words):
        accept(registry, text, lambda _: None)
    assert registry.current().timestamp.to_dict() == before


def test_a_withdrawn_version_is_not_offered_again(registry: Registry) -> None:
    draft = draft_of(registry)
    draft.yank("echo", "1.0.0", "bad")
    accept(registry, sent(registry, draft), lambda _: None)
    draft = draft_of(registry)
    index(draft, versions=NEW)
    with pytest.raises(Refused, match="offered again"):
        accept(registry, sent(registry, draft), lambda _: None)
    with pytest.raises(PybridgeError, match="was withdrawn"):
        publish(registry, [release()], PUBLISHER)


@pytest.mark.parametrize("step", [-1, 0, 2, 1000])
def test_only_the_next_version_holds(registry: Registry, step: int) -> None:
    draft = draft_of(registry)
    draft.add(release("2.0.0"), "stable")
    draft.targets.signed.version += step - 1
    with pytest.raises(Outdated):
        accept(registry, sent(registry, draft), lambda _: None)


@pytest.mark.parametrize("days", [-400, -1, 400, 40_000])
def test_what_holds_too_long_or_no_more_is_refused(registry: Registry, days: int) -> None:
    draft = draft_of(registry)
    draft.add(release("2.0.0"), "stable")
    sent(registry, draft)
    draft.targets.signed.expires = (NOW + timedelta(days=days)).replace(microsecond=0)
    with pytest.raises(Refused, match="registry-expired"):
        accept(registry, signed_metadata(draft.targets, PUBLISHER), lambda _: None)


def test_only_a_publisher_signs(registry: Registry) -> None:
    draft = draft_of(registry)
    draft.add(release("2.0.0"), "stable")
    stranger = PrivateKey(bytes(range(90, 122)))
    for key in (stranger, registry.online()):
        draft.targets.signed.version = 2
        with pytest.raises(Refused, match="registry-signature"):
            accept(registry, sent(registry, draft, key), lambda _: None)
    # Another publisher signs what is not its own.
    with pytest.raises(Refused, match="key-bundle"):
        accept(registry, sent(registry, draft, OTHER), lambda _: None)


def test_any_changed_byte_is_refused(registry: Registry) -> None:
    draft = draft_of(registry)
    draft.add(release("2.0.0"), "stable")
    text = sent(registry, draft)
    for place in range(0, len(text), 97):
        changed = bytearray(text)
        changed[place] ^= 1 << place % 7
        if changed.lower() == text.lower():  # a digit of the signature in upper case
            continue
        with pytest.raises(PybridgeError):
            accept(registry, bytes(changed), lambda _: None)
    accept(registry, text, lambda _: None)
    with pytest.raises(Outdated):
        accept(registry, text, lambda _: None)


def test_other_metadata_is_not_taken(registry: Registry) -> None:
    for path in registry.metadata.iterdir():
        with pytest.raises(PybridgeError):
            accept(registry, path.read_bytes(), lambda _: None)
    huge = Metadata(Targets(expires=NOW.replace(microsecond=0)))
    huge.signed.unrecognized_fields["x"] = "x" * 6_000_000
    with pytest.raises(Refused, match="more than"):
        accept(registry, signed_metadata(huge, PUBLISHER), lambda _: None)
