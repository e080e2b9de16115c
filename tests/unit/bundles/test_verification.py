"""Every rule refuses what breaks it, by its name; a bundle of another writer is accepted."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from pybridge.bundles.archive import layout
from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.refusals import RULES, Refused
from pybridge.bundles.verification import Host
from tests.unit.bundles.making import (
    FILES,
    HOST,
    KEY,
    MODULE,
    OTHER,
    PLATFORM,
    WORKER,
    bundle,
    canonical,
    checked,
    entry,
    manifest,
    members,
    public,
    runtime_manifest,
    runtime_members,
    signature,
    trusting,
    zipped,
)


def with_member(name: str, content: bytes = b"x") -> bytes:
    """A bundle with a file of this name, listed and signed."""
    return bundle({**FILES, name: content})


def changed(**more: bytes) -> bytes:
    names = {"manifest": "plugin.json", "signature": "plugin.sig"}
    return zipped({**members(), **{names[name]: each for name, each in more.items()}})


def without(name: str) -> bytes:
    return zipped({each: content for each, content in members().items() if each != name})


def signed(value: Any) -> bytes:
    head = value if isinstance(value, bytes) else canonical(value)
    rest = {name: FILES[name] for name in sorted(FILES)}
    return zipped({"plugin.json": head, "plugin.sig": signature(head), **rest})


def patched(change: Callable[[bytearray, int], None], name: str = "resources/a.txt") -> bytes:
    """A bundle with both records of a file changed; the function gets the place of the fields that they share."""
    content = bytearray(bundle())
    local = content.index(layout.LOCAL_SIGNATURE, content.index(name.encode()) - 30)
    central = content.rindex(name.encode()) - layout.CENTRAL.size
    change(content, local + 4)
    change(content, central + 6)
    return bytes(content)


def flags(value: int) -> bytes:
    return patched(lambda content, place: struct.pack_into("<H", content, place + 2, value))


def method(value: int) -> bytes:
    return patched(lambda content, place: struct.pack_into("<H", content, place + 4, value))


def mode(value: int) -> bytes:
    content = bytearray(bundle())
    central = content.rindex(b"resources/a.txt") - layout.CENTRAL.size
    struct.pack_into("<I", content, central + 38, value << 16)
    return bytes(content)


def duplicate() -> bytes:
    found = bundle({**FILES, "resources/b.txt": b"b"})
    return found.replace(b"resources/b.txt", b"resources/a.txt")


def bomb() -> bytes:
    return bundle({**FILES, "resources/zeros": bytes(2 * layout.RATIO_FROM)})


def lying() -> bytes:
    """A file that unpacks to more than its record says."""

    def shorter(content: bytearray, place: int) -> None:
        struct.pack_into("<I", content, place + 10, zlib.crc32(b"a" * 999))
        struct.pack_into("<I", content, place + 18, 999)

    return patched(shorter)


def huge() -> bytes:
    def larger(content: bytearray, place: int) -> None:
        struct.pack_into("<I", content, place + 18, layout.MOST_FILE_BYTES + 1)

    return patched(larger)


def many() -> bytes:
    content = bytearray(bundle())
    count = layout.MOST_FILES + 1
    struct.pack_into("<2H", content, len(content) - 14, count, count)
    return bytes(content)


def runtime(**more: Any) -> bytes:
    return zipped(runtime_members(**more))


def runtime_with(name: str, content: bytes) -> bytes:
    return zipped({**runtime_members(), name: content})


def other_size() -> bytes:
    value = json.loads(runtime_manifest({"python.wasm": MODULE}))
    asset = {**value["assets"][0], "size": len(MODULE) - 1}
    return runtime(assets=[asset])


def unsigned(**signature: Any) -> bytes:
    value = json.loads(runtime_manifest({"python.wasm": MODULE}))
    value = {**value, "signature": {**value["signature"], **signature}}
    return runtime_with("manifest.json", json.dumps(value).encode())


DEEP = "/".join("a" * 40)
REFUSED = [
    ("archive-form", "empty", lambda: b""),
    ("archive-form", "no archive", lambda: b"x" * 100),
    ("archive-form", "cut off", lambda: bundle()[:-1]),
    ("archive-form", "cut off in the middle", lambda: bundle()[:400]),
    ("archive-form", "trailing bytes", lambda: bundle() + b"\0"),
    ("archive-form", "a comment", lambda: bundle()[:-2] + b"\1\0x"),
    ("archive-form", "leading bytes", lambda: b"MZ" + bundle()),
    ("archive-form", "two archives", lambda: bundle() + bundle()),
    ("archive-form", "another method", lambda: method(12)),
    ("archive-form", "sizes behind the content", lambda: flags(8)),
    ("archive-files", "too many files", many),
    ("archive-size", "a huge file", huge),
    ("archive-ratio", "a bomb", bomb),
    ("member-content", "unpacks to more than it says", lying),
    ("member-encrypted", "encrypted", lambda: flags(1)),
    ("member-encrypted", "strong encryption", lambda: flags(0x40)),
    ("member-kind", "a link", lambda: mode(0o120777)),
    ("member-kind", "a device", lambda: mode(0o020666)),
    ("member-kind", "a folder", lambda: mode(0o040755)),
    ("member-kind", "rights of its owner", lambda: mode(0o104755)),
    ("member-name", "above", lambda: with_member("../evil")),
    ("member-name", "above, inside", lambda: with_member("a/../../evil")),
    ("member-name", "here", lambda: with_member("./evil")),
    ("member-name", "absolute", lambda: with_member("/etc/evil")),
    ("member-name", "a drive", lambda: with_member("C:/evil")),
    ("member-name", "a stream", lambda: with_member("a:b")),
    ("member-name", "a backslash", lambda: with_member("a\\b")),
    ("member-name", "a device name", lambda: with_member("a/CON")),
    ("member-name", "a device name with a suffix", lambda: with_member("nul.txt")),
    ("member-name", "a short name", lambda: with_member("PROGRA~1")),
    ("member-name", "a full stop at the end", lambda: with_member("a.")),
    ("member-name", "a space at the end", lambda: with_member("a /b")),
    ("member-name", "an empty part", lambda: with_member("a//b")),
    ("member-name", "beyond ASCII", lambda: with_member("é")),
    ("member-name", "a control character", lambda: with_member("a\nb")),
    ("member-name", "too deep", lambda: with_member(DEEP)),
    ("member-name", "too long", lambda: with_member("a" * 241)),
    ("member-case", "two cases", lambda: with_member("resources/A.txt")),
    ("member-case", "folders of two cases", lambda: with_member("Resources/b.txt")),
    ("member-duplicate", "one name twice", duplicate),
    ("member-duplicate", "a file and a folder", lambda: with_member("resources/a.txt/b")),
    ("member-order", "not sorted", lambda: zipped(dict(reversed(members().items())))),
    ("manifest-missing", "no manifest", lambda: zipped(FILES)),
    ("signature-missing", "no signature", lambda: without("plugin.sig")),
    ("signature-form", "empty", lambda: changed(signature=b"")),
    ("signature-form", "of another length", lambda: changed(signature=b"YWJj\n")),
    ("signature-form", "no line end", lambda: changed(signature=signature(b"")[:-1])),
    ("signature-form", "two lines", lambda: changed(signature=signature(b"") + b"\n")),
    ("signature-form", "large", lambda: changed(signature=signature(b"") * 9)),
    ("signature-key", "another key", lambda: bundle(key=OTHER)),
    ("signature-key", "zeros", lambda: changed(signature=b"A" * 86 + b"==\n")),
    ("signature-key", "a changed manifest", lambda: changed(manifest=canonical(manifest(name="E")))),
    ("manifest-form", "not JSON", lambda: signed(b"{")),
    ("manifest-form", "spaces", lambda: signed(json.dumps(manifest()).encode())),
    ("manifest-form", "no line end", lambda: signed(canonical(manifest())[:-1])),
    ("manifest-form", "a key twice", lambda: signed(canonical(manifest())[:-2] + b',"v":1}\n')),
    ("manifest-form", "a line end in a text", lambda: bundle(id="echo\n")),
    ("manifest-form", "half a character", lambda: bundle(name="\ud800")),
    ("manifest-schema", "a further member", lambda: bundle(extra=1)),
    ("manifest-schema", "another version", lambda: bundle(v=2)),
    ("manifest-schema", "an id above", lambda: bundle(id="..")),
    ("manifest-schema", "a version that is a path", lambda: bundle(version="../1")),
    ("manifest-files", "a resource that is not there", lambda: bundle(resources=["b"])),
    ("manifest-files", "a program that is not there", lambda: bundle({"a": b"a"})),
    ("file-unlisted", "one more", lambda: zipped({**members(), "z": b"z"})),
    ("file-missing", "one less", lambda: without("resources/a.txt")),
    ("file-hash", "changed", lambda: zipped({**members(), WORKER: b"evil"})),
    ("signature-missing", "a runtime without", lambda: runtime(key=None)),
    ("signature-form", "a runtime, algorithm none", lambda: unsigned(alg="none")),
    ("signature-form", "a runtime, cut off", lambda: unsigned(sigBase64="YWJj")),
    ("signature-key", "a runtime, unknown key", lambda: runtime(key=OTHER)),
    ("signature-wrong", "a runtime", lambda: unsigned(sigBase64="A" * 86 + "==")),
    ("manifest-schema", "a runtime without a name", lambda: runtime(name="")),
    ("manifest-schema", "a runtime, not signed member", lambda: runtime(note="x")),
    ("manifest-files", "a runtime, no module", lambda: runtime(commands=[{"name": "python", "modulePath": "b"}])),
    ("member-name", "a runtime, above", lambda: runtime(assets=[{"path": "../a", "sha256": "0" * 64, "size": 0}])),
    ("file-size", "a runtime, the right hash", other_size),
    ("file-hash", "a runtime", lambda: runtime_with("python.wasm", MODULE[:-1] + b"!")),
    ("file-unlisted", "a runtime", lambda: runtime_with("z", b"z")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "make"), [pytest.param(r, m, id=f"{r}, {name}") for r, name, m in REFUSED]
)
def test_what_breaks_a_rule_is_refused_by_its_name(
    rule: str, make: Callable[[], bytes], recwarn: pytest.WarningsRecorder
) -> None:
    content = make()
    with pytest.raises(Refused) as found:
        checked(content)
    assert (found.value.rule, found.value.code) == (rule, "integrity")
    assert f"[rule {rule}]" in str(found.value)
    assert "\n" not in str(found.value)


HOSTS = [
    ("platform", {}, Host("1.2.3", "windows_x86_64")),
    ("host-version", {"min_host_version": "1.2.4"}, HOST),
    ("host-version", {"min_host_version": "1.2.3"}, Host("1.2.3-rc.1", PLATFORM)),
]


@pytest.mark.parametrize(("rule", "more", "host"), HOSTS)
def test_a_bundle_for_another_host_is_refused(rule: str, more: dict[str, Any], host: Host) -> None:
    with pytest.raises(Refused) as found:
        checked(bundle(**more), host=host)
    assert found.value.rule == rule
    assert checked(bundle(**more), host=Host(None, None)).manifest.id == "echo"


def test_a_revoked_key_is_named() -> None:
    with pytest.raises(Refused, match=f"revoked key {public(KEY).id}") as found:
        checked(bundle(), trusting(KEY, is_revoked=True))
    assert found.value.rule == "signature-key"


def test_a_key_signs_only_the_bundles_that_it_is_trusted_for() -> None:
    assert checked(bundle(), trusting(KEY, bundles=("ec*",))).signer.key == public(KEY)
    with pytest.raises(Refused) as found:
        checked(bundle(), trusting(KEY, bundles=("ech", "acme-*")))
    assert found.value.rule == "key-bundle"


def test_nothing_is_accepted_without_a_trusted_key() -> None:
    with pytest.raises(Refused, match="no key is trusted"):
        checked(bundle(), Trust())


def test_a_runtime_is_signed_by_the_key_that_it_names() -> None:
    both = trusting(OTHER, KEY)
    assert checked(runtime(), both).signer.name == "k1"
    named = Trust([TrustedKey(public(KEY), "official")])
    assert checked(unsigned(keyId="official"), named).signer.name == "official"
    with pytest.raises(Refused, match="invalid manifest signature"):
        checked(unsigned(keyId=public(OTHER).id), both)


def test_the_module_of_a_runtime_is_a_module() -> None:
    for module in (b"\0asm" + bytes(49_996), b"\0elf" * 20_000):
        files = {"python.wasm": module}
        with pytest.raises(Refused) as found:
            checked(zipped({"manifest.json": runtime_manifest(files), **files}))
        assert found.value.rule == "runtime-module"


def test_every_rule_about_bytes_has_a_case() -> None:
    elsewhere = {"platform", "host-version", "key-bundle", "runtime-module"}
    about_installing = {"downgrade", "version-changed", "publisher", "other-bundle", "yanked"}
    of_registries = {rule for rule in RULES if rule.startswith("registry-")}
    assert {rule for rule, *_ in REFUSED} | elsewhere | about_installing | of_registries == set(
        RULES
    )


def test_a_bundle_of_another_writer_is_accepted() -> None:
    found = checked(bundle(executables=["resources/a.txt"], description="Räuber\nzwei"))
    assert (found.manifest.id, found.manifest.version) == ("echo", "1.0.0")
    assert {name: found.files.read(name) for name in FILES} == FILES
    assert found.sizes["resources/a.txt"] == 1000


def test_a_public_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match=r"invalid Ed25519 public key length: 31 \(expected 32\)"):
        PublicKey.of("A" * 41 + "A==")
    with pytest.raises(ValueError, match="one form"):
        PublicKey.of("A" * 42 + "B=")


def test_the_mode_in_an_archive_gives_no_right() -> None:
    assert checked(mode(0o100755)).sizes == checked(bundle()).sizes
    assert entry("a").external_attr == 0o644 << 16
