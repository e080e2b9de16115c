"""Write runtime_cases.json: manifests of runtimes that Python and JavaScript judge alike; `python -m tests.unit.bundles.runtime_cases`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.unit.bundles.making import KEY, MODULE, OTHER, public, runtime_manifest

PATH = Path(__file__).with_name("runtime_cases.json")
MODULES = {"python.wasm": MODULE, "lib/z.txt": b"z", "a b/c": b"c"}


def cases() -> Iterator[dict[str, Any]]:
    """Each has a manifest, and the beginning of the error; null where it is accepted."""

    def manifest(**more: Any) -> dict[str, Any]:
        key = more.pop("key", KEY)
        found: dict[str, Any] = json.loads(runtime_manifest(MODULES, key, **more))
        return found

    good = manifest()
    yield {"name": "good", "manifest": good, "error": None}
    turned = {**good, "assets": good["assets"][::-1]}
    yield {"name": "assets in another order", "manifest": turned, "error": None}
    commands = [{"name": name, "modulePath": "python.wasm"} for name in ("b", "a")]
    yield {
        "name": "commands in another order",
        "manifest": {**manifest(commands=commands[::-1]), "commands": commands},
        "error": None,
    }
    yield {"name": "changed", "manifest": {**good, "commands": commands}, "error": "invalid manifest signature"}  # fmt: skip
    yield {"name": "not signed", "manifest": manifest(key=None), "error": "manifest signature required"}  # fmt: skip
    yield {
        "name": "another key",
        "manifest": manifest(key=OTHER),
        "error": f"unknown signature keyId: {public(OTHER).id}",
    }
    for name, change, error in (
        ("another key's id", {"keyId": public(KEY).id, "sigBase64": manifest(key=OTHER)["signature"]["sigBase64"]}, "invalid manifest signature"),
        ("algorithm", {"alg": "none"}, "unsupported signature algorithm"),
        ("short signature", {"sigBase64": "YWJj"}, "invalid Ed25519 signature length: 3 (expected 64)"),
        ("no base64", {"sigBase64": "!"}, "invalid Ed25519 signature: not base64"),
    ):  # fmt: skip
        yield {
            "name": name,
            "manifest": {**good, "signature": {**good["signature"], **change}},
            "error": error,
        }
    yield {"name": "no name", "manifest": manifest(name=""), "error": "BundleManifest: 'name' must be a non-empty string"}  # fmt: skip
    yield {"name": "further member", "manifest": manifest(note="x"), "error": "BundleManifest: "}
    size = [{**each, "size": -1} for each in good["assets"]]
    yield {
        "name": "size below zero",
        "manifest": manifest(assets=size),
        "error": "BundleManifest: ",
    }
    yield {"name": "no module", "manifest": manifest(commands=[{"name": "a", "modulePath": "b"}]), "error": "BundleManifest: no asset b"}  # fmt: skip
    for path in ("../a", "a/../b", "/a", "a\\b", "C:a", "", "a//b", "é", "manifest.json"):
        assets = [*good["assets"], {"path": path, "sha256": "0" * 64, "size": 0}]
        yield {"name": f"path {path!r}", "manifest": manifest(assets=assets), "error": ""}


def text() -> str:
    """Return the content of the file."""
    value = {"publicKeys": {public(KEY).id: public(KEY).text}, "cases": list(cases())}
    return json.dumps(value, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
