"""`pybridge runtimes install`: the Python that this pybridge was tested with, from a signed bundle, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybridge.caches import CACHE_VARIABLE, cache_root
from pybridge.errors import PackageMissing
from pybridge.processes import runtimes
from pybridge.wasi import cpython
from pybridge.wasi.compile import WasmFile
from tests.unit.bundles.making import KEY, MODULE, bundle, public, runtime_manifest, zipped
from tests.unit.cli.conftest import Cli

EXAMPLES = Path(__file__).parents[3] / "examples" / "bundles"


@pytest.fixture
def elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the runtimes of this machine are in the other one."""
    empty = place.parent / "cache"
    monkeypatch.delenv(CACHE_VARIABLE)
    return empty


@pytest.mark.parametrize("name", ["cpython", "micropython"])
def test_a_runtime_goes_from_machine_to_machine(
    elsewhere: Path, cli: Cli, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = runtimes.find(name)
    if found.wasm is None:
        pytest.skip(f"{name} is not built: dev/setup.sh runtimes")
    config = EXAMPLES / f"lang-python-{name}.json"
    cli("keys", "new")
    built = cli("bundle", "build", config, "--json")
    assert (built.code, json.loads(config.read_text())["version"]) == (0, found.version)
    monkeypatch.setenv(CACHE_VARIABLE, str(elsewhere))
    assert list(cache_root().rglob("*.wasm")) == []
    done = cli("runtimes", "install", built.json["path"], "--json")
    assert (done.code, done.json["id"]) == (0, f"lang-python-{name}")
    [kept] = cache_root().rglob("*.wasm")
    assert kept.read_bytes() == (Path(done.json["path"]) / "python.wasm").read_bytes()
    assert runtimes.find(name).version == found.version
    folder = Path(built.json["path"]).parent / f"lang-python-{name}" / str(found.version)
    assert (
        cli("runtimes", "install", folder / "manifest.json", "--json").json["status"] == "unchanged"
    )
    if name == "cpython":

        def missing(*_: str) -> Path:
            raise PackageMissing("x", "y")

        monkeypatch.setattr(cpython, "package_folder", missing)
        assert runtimes.find(name).wasm == WasmFile(kept, found.wasm.sha256)
    else:
        assert runtimes.find(name).wasm == WasmFile(kept, found.wasm.sha256)


REFUSED = [
    ("not the bundle of a Python", bundle()),
    ("lang-python-test is not one of", zipped({"manifest.json": runtime_manifest({"python.wasm": MODULE}), "python.wasm": MODULE})),
    ("was changed or damaged", zipped({"manifest.json": runtime_manifest({"python.wasm": MODULE}, name="lang-python-cpython"), "python.wasm": MODULE})),
    ("[rule file-hash]", zipped({"manifest.json": runtime_manifest({"python.wasm": MODULE}, name="lang-python-cpython"), "python.wasm": MODULE[::-1]})),
    ("[rule signature-missing]", zipped({"manifest.json": runtime_manifest({"python.wasm": MODULE}, key=None), "python.wasm": MODULE})),
]  # fmt: skip


@pytest.mark.parametrize(("message", "content"), REFUSED, ids=[each[0] for each in REFUSED])
def test_another_module_is_refused_and_nothing_is_installed(
    place: Path, cli: Cli, message: str, content: bytes
) -> None:
    cli("keys", "trust", public(KEY).text)
    (place / "python.zip").write_bytes(content)
    done = cli("runtimes", "install", "python.zip")
    assert (done.code, message in done.err) == (1, True)
    assert cli("installed", "--json").json == []
    assert list((place.parent / "cache").rglob("*.wasm")) == []
