"""Source maps of the built folder: an error in minified code leads to the source, here and through bundlers."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from e2e.bundled_applications import ROOT, install, tool, write_example
from e2e.conftest import Host, linked
from pybridge.build.npm_package import LOADED

MAPPED = {
    "client.js": "web_worker/host/client.js",
    "processes_node.js": "web_worker/processes/node/processes.js",
    "service.js": "web_worker/service/node.js",
}
"""A file with a source map, and a source of it."""

FAULT = "web_worker/host/wire/options.js"
"""Where the client refuses an unknown option."""

POSITION = """
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
const [file, line, column] = process.argv.slice(1);
const found = new SourceMap(JSON.parse(readFileSync(file, "utf8"))).findEntry(line - 1, column - 1);
console.log(JSON.stringify([found.originalSource, found.originalLine + 1]));
"""


def source_map(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def mapped(stack: str, path: Path) -> tuple[str, str]:
    """Return the source, and its line, of the first position in *path* that a stack names."""
    place = re.search(rf"{re.escape(path.name)}:(\d+):(\d+)", stack)
    assert place, stack
    command = ["node", "--input-type=module", "-e", POSITION, f"{path}.map", place[1], place[2]]
    source, line = json.loads(tool(ROOT, *command))
    return source, (ROOT / source).read_text("utf-8").splitlines()[line - 1]


@pytest.mark.parametrize(("name", "source"), MAPPED.items())
def test_a_map_has_the_sources_and_no_place_of_this_machine(
    folder: Path, name: str, source: str
) -> None:
    assert (folder / name).read_text("utf-8").rstrip().endswith(f"//# sourceMappingURL={name}.map")
    known = source_map(folder / f"{name}.map")
    assert source in known["sources"]
    assert "sourceRoot" not in known
    for path, content in zip(known["sources"], known["sourcesContent"], strict=True):
        assert (ROOT / path).read_text("utf-8") == content, path
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    assert listed[f"{name}.map"]["role"] == listed[name]["role"]
    assert f"{name}.map" not in LOADED


def test_an_error_in_the_page_leads_to_its_source(host: Host, folder: Path) -> None:
    stack = host.page.evaluate(
        """() => import("/pybridge/client.js").then(({ PythonRuntime }) =>
             PythonRuntime.start({ assets: "/", foo: 1 }).catch(({ stack }) => stack))"""
    )
    assert not [path for path in host.server.requests if path.endswith(".map")]
    source, line = mapped(stack, folder / "client.js")
    assert source == FAULT
    assert "new PybridgeError(" in line


def test_node_names_the_source_by_itself(folder: Path) -> None:
    code = f"import({json.dumps((folder / 'client.js').as_uri())}).then(({{ PythonRuntime }}) => PythonRuntime.start({{ foo: 1 }}))"
    command = ["node", "--enable-source-maps", "--input-type=module", "-e", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert re.search(rf"{FAULT}:\d+:\d+", done.stderr), done.stderr


def test_a_bundler_that_reads_maps_leads_to_our_sources(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    linked(folder, tmp_path / "node_modules" / "pybridge-runtime")
    write_example(tmp_path, "esbuild")
    install(tmp_path, ROOT, names=("esbuild",))
    text = (tmp_path / "build.js").read_text("utf-8").replace("minify: true", "minify: true, sourcemap: true")  # fmt: skip
    (tmp_path / "build.js").write_text(text, "utf-8")
    tool(tmp_path, "node", "build.js")
    known = source_map(tmp_path / "dist" / "main.js.map")
    at = [name.endswith(FAULT) for name in known["sources"]].index(True)
    assert known["sourcesContent"][at] == (ROOT / FAULT).read_text("utf-8")
