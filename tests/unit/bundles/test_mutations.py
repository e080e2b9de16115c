"""Bundles that were changed at random: each is refused, or is the same bundle."""

from __future__ import annotations

import itertools
import random
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybridge.bundles.archive import layout
from pybridge.bundles.archive.files import ArchiveFiles
from pybridge.bundles.archive.names import name_problem, require_names
from pybridge.bundles.archive.writer import File, write_archive
from pybridge.bundles.refusals import Refused
from pybridge.bundles.verification import Verified
from tests.amounts import amount
from tests.unit.bundles.making import KEY, bundle, checked, runtime_members, trusting, zipped

WHOLE = bundle()
MASKS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF)


def meaning(found: Verified) -> tuple[bytes, dict[str, bytes]]:
    files = {name: found.files.read(name) for name in found.files.names()}
    return found.manifest_bytes, files


ORIGINAL = meaning(checked(WHOLE))


def accepted(content: bytes) -> bool:
    """Whether it is accepted; then it must be the same bundle."""
    try:
        found = checked(content)
    except Refused:
        return False
    assert meaning(found) == ORIGINAL
    return True


def unsigned_places() -> set[int]:
    """The bytes of the directory that mean nothing: the version of the writer, and the mode."""
    found, place = set(), 0
    start = struct.unpack_from("<I", WHOLE, len(WHOLE) - 6)[0]
    place = start
    while WHOLE[place : place + 4] == layout.CENTRAL_SIGNATURE:
        found |= {place + 4, place + 40, place + 41}
        place += layout.CENTRAL.size + struct.unpack_from("<H", WHOLE, place + 28)[0]
    return found


def packed_places() -> set[int]:
    """The bytes of compressed contents, where two encodings can have one content."""
    members = ArchiveFiles(WHOLE)._archive.members.values()
    return {place for each in members for place in range(each.start, each.start + each.packed_size)}


def test_no_byte_can_be_changed() -> None:
    free = unsigned_places()
    packed = packed_places()
    found = set()
    for place in range(len(WHOLE)):
        for mask in MASKS:
            content = bytearray(WHOLE)
            content[place] ^= mask
            if accepted(bytes(content)):
                found.add(place)
    assert found - free - packed == set()
    assert found & free


def test_no_byte_can_be_added_or_left_out() -> None:
    for place in range(0, len(WHOLE), amount(7, 1)):
        assert not accepted(WHOLE[:place] + WHOLE[place + 1 :])
        assert not accepted(WHOLE[:place] + b"\0" + WHOLE[place:])
        assert not accepted(WHOLE[:place])


def mutated(seed: int) -> bytes:
    """The bundle with a few random changes."""
    choice = random.Random(seed)
    content = bytearray(WHOLE)
    for _ in range(choice.randint(1, 4)):
        place = choice.randrange(len(content))
        kind = choice.randrange(5)
        if kind == 0:
            content[place] = choice.randrange(256)
        elif kind == 1:
            del content[place : place + choice.randint(1, 40)]
        elif kind == 2:
            content[place:place] = choice.randbytes(choice.randint(1, 40))
        elif kind == 3:
            other = choice.randrange(len(content))
            content[place:place] = content[other : other + choice.randint(1, 200)]
        else:
            size = choice.choice([1, 2, 4])
            value = choice.choice([0, 1, 255, 2 ** (8 * size) - 1, 2 ** (8 * size - 1)])
            content[place : place + size] = value.to_bytes(size, "little")
    return bytes(content)


def test_bundles_with_random_changes_are_refused() -> None:
    for seed in range(amount(1500, 10_000)):
        accepted(mutated(seed))


def test_a_runtime_with_a_changed_byte_is_refused() -> None:
    whole = runtime_members()
    text = whole["manifest.json"]
    original = meaning(checked(zipped(whole)))[1]["python.wasm"]
    for place in range(0, len(text), amount(9, 1)):
        content = bytearray(text)
        content[place] ^= 0x01
        try:
            found = checked(zipped({**whole, "manifest.json": bytes(content)}))
        except Refused:
            continue
        assert found.files.read("python.wasm") == original
        assert (found.manifest.id, found.manifest.version) == ("lang-python-test", "1.0.0")


@given(st.binary(max_size=300))
def test_bytes_that_are_no_archive_are_refused(content: bytes) -> None:
    for each in (content, layout.LOCAL_SIGNATURE + content, WHOLE[:200] + content):
        assert not accepted(each)


NAMES = st.text(st.sampled_from("aAbB01./\\:~ -é\0"), max_size=12)


def splits(name: str) -> Iterator[str]:
    yield from name.replace("\\", "/").split("/")


@given(NAMES)
def test_a_name_that_is_allowed_stays_inside_on_every_system(name: str) -> None:
    if name_problem(name) is None:
        assert not any(part in ("", ".", "..") for part in splits(name))
        assert not {"\\", ":", "\0", "~0", "~1"} & {
            *name,
            *map("".join, itertools.pairwise(name)),
        }
        assert not any(part.endswith((".", " ")) for part in splits(name))
        assert name.isascii()


@given(st.lists(st.text(st.sampled_from("aAb/"), min_size=1, max_size=5), max_size=6))
def test_names_that_are_allowed_are_as_many_files_on_every_system(names: list[str]) -> None:
    try:
        require_names(names)
    except Refused:
        return
    assert len({name.lower() for name in names}) == len(names)
    folders = {name[:place] for name in names for place, each in enumerate(name) if each == "/"}
    assert len({each.lower() for each in folders}) == len(folders)
    assert not {each.lower() for each in folders} & {name.lower() for name in names}


@settings(max_examples=amount(30, 300))
@given(
    st.dictionaries(
        st.text(st.sampled_from("abc/"), min_size=1, max_size=6), st.binary(max_size=99), max_size=6
    )
)
def test_what_is_written_is_read(contents: dict[str, bytes]) -> None:
    try:
        written = write_archive([File(name, each) for name, each in contents.items()])
    except Refused:
        with pytest.raises(Refused):
            require_names(contents)
        return
    files = ArchiveFiles(written)
    assert {name: files.read(name) for name in files.names()} == contents


def test_two_trusted_keys_do_not_make_a_changed_bundle_good() -> None:
    content = bytearray(WHOLE)
    content[60] ^= 1
    try:
        checked(bytes(content), trusting(KEY, KEY))
    except Refused:
        return
    raise AssertionError
