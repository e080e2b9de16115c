"""Bundles for tests, written by `zipfile` and `cryptography` alone: a second writer that shares no code with pybridge."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pybridge.bundles.archive.files import ArchiveFiles
from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.verification import Host, Verified, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PLATFORM = "linux_x86_64"
WORKER = "bin/linux/x86_64/echo-worker"
FILES = {WORKER: b"#!/bin/sh\ncat\n", "resources/a.txt": b"a" * 1000}
HOST = Host("1.2.3", PLATFORM)
MODULE = b"\0asm\1\0\0\0" + bytes(range(256)) * 250


def public(key: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(key.public_key().public_bytes_raw())


def trusting(*keys: Ed25519PrivateKey, **more: Any) -> Trust:
    return Trust([TrustedKey(public(key), f"k{number}", **more) for number, key in enumerate(keys)])


def manifest(files: Mapping[str, bytes] = FILES, **more: Any) -> dict[str, Any]:
    worker = {
        "id": "main",
        "kind": "mcp_stdio",
        "auto_start": True,
        "entrypoint": {PLATFORM: WORKER},
        "args": [],
        "env": {},
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return {
        "v": 1,
        "id": "echo",
        "version": "1.0.0",
        "name": "Echo",
        "workers": [worker],
        "resources": [],
        "sha256": hashes,
        **more,
    }


def canonical(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n").encode()


def signature(content: bytes, key: Ed25519PrivateKey = KEY) -> bytes:
    return base64.b64encode(key.sign(content)) + b"\n"


def entry(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    return info


def zipped(members: Mapping[str, bytes]) -> bytes:
    """An archive of these members, in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            mode = 0o755 if name.startswith("bin/") else 0o644
            archive.writestr(entry(name, mode), content, compresslevel=9)
    return target.getvalue()


def members(
    files: Mapping[str, bytes] = FILES, key: Ed25519PrivateKey = KEY, **more: Any
) -> dict[str, bytes]:
    head = canonical(manifest(files, **more))
    rest = {name: files[name] for name in sorted(files)}
    return {"plugin.json": head, "plugin.sig": signature(head, key), **rest}


def bundle(files: Mapping[str, bytes] = FILES, key: Ed25519PrivateKey = KEY, **more: Any) -> bytes:
    return zipped(members(files, key, **more))


def runtime_manifest(
    files: Mapping[str, bytes], key: Ed25519PrivateKey | None = KEY, **more: Any
) -> bytes:
    value: dict[str, Any] = {
        "name": "lang-python-test",
        "version": "1.0.0",
        "assets": [
            {"path": path, "sha256": hashlib.sha256(each).hexdigest(), "size": len(each)}
            for path, each in sorted(files.items())
        ],
        "commands": [{"name": "python", "modulePath": "python.wasm"}],
        **more,
    }
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if key is not None:
        raw = base64.b64encode(key.sign(text.encode())).decode()
        value["signature"] = {"keyId": public(key).id, "alg": "ed25519", "sigBase64": raw}
    return json.dumps(value, indent=2).encode()


def runtime_members(**more: Any) -> dict[str, bytes]:
    files = {"python.wasm": MODULE}
    return {"manifest.json": runtime_manifest(files, **more), **files}


def checked(content: bytes, trust: Trust | None = None, host: Host = HOST) -> Verified:
    return verify(ArchiveFiles(content), trust or trusting(KEY), host)
