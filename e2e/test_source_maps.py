"""Source maps of the built folder: an error in minified code leads to the source, here and through bundlers."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.bundled_applications import (
    BUNDLERS,
    ROOT,
    add_page,
    install,
    opened,
    tool,
    vite_dev,
    write_example,
)
from e2e.conftest import Host, linked
from pybridge.build.npm_package import LOADED
from pybridge.engines.browser.asset_server import AssetServer
from tests.amounts import IS_LONG

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
    source, line = found_in(path.with_name(f"{path.name}.map"), *place.groups())
    return source, (ROOT / source).read_text("utf-8").splitlines()[line - 1]


def found_in(map_file: Path, line: str, column: str) -> tuple[str, int]:
    """Return the source, and the number of its line, that a map has for a position as in a stack."""
    command = ["node", "--input-type=module", "-e", POSITION, str(map_file), line, column]
    source, number = json.loads(tool(ROOT, *command))
    return source, number


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


THROWING = """
import { PythonRuntime } from "pybridge-runtime";
import { assets } from "pybridge-runtime/assets";

const started = PythonRuntime.start({ assets, foo: 1 });
started.catch(({ stack }) => (document.getElementById("output").textContent = stack));
"""
PLACE = re.compile(r"at .*?((?:https?|webpack-internal)://\S+?):(\d+):(\d+)")


@pytest.fixture
def application(folder: Path, tmp_path: Path) -> Path:
    """An application for every bundler: an error is thrown in the client, the page shows its stack."""
    root = tmp_path / "app"
    (root / "node_modules").mkdir(parents=True)
    linked(folder, root / "node_modules" / "pybridge-runtime")
    for heading in ("webpack", "Vite"):
        write_example(root, heading, main="Vite")
    install(root, ROOT, names=("vite",))
    install(root, BUNDLERS, names=("webpack", "webpack-cli"))
    (root / "main.js").write_text(THROWING, "utf-8")
    page = (root / "index.html").read_text("utf-8")
    (root / "index.html").write_text(re.sub("<meta http-equiv.*", "", page), "utf-8")
    return root


def thrown(browser: Browser, address: str) -> tuple[str, str, str]:
    """Return address, line and column of the place that the stack begins with."""
    with opened(browser, address, heard=[]) as page:
        page.wait_for_function(
            "() => /\\d:\\d/.test(document.getElementById('output').textContent)"
        )
        place = PLACE.search(page.inner_text("#output"))
    assert place
    return place[1], place[2], place[3]


def thrown_in(browser: Browser, site: Path) -> tuple[str, str, str]:
    with AssetServer({"/": site}, headers={"Content-Security-Policy": ""}) as server:
        return thrown(browser, f"{server.url}/index.html")


def inlined(code: str, map_file: Path) -> Path:
    """Write the map that *code* ends with to a file."""
    *_, data = re.findall(r"sourceMappingURL=data:application/json;\S*?base64,([\w+/=]+)", code)
    map_file.write_bytes(base64.b64decode(data))
    return map_file


def bundled(application: Path, site: Path, address: str) -> Path:
    """Return the map beside the bundle, which is the only one that the bundle names."""
    path = site / address.partition("://")[2].partition("/")[2]
    named = re.findall(r"//# sourceMappingURL=(\S+)", path.read_text("utf-8"))
    map_file = path.with_name(f"{path.name}.map")
    assert named == [map_file.name]
    assert str(application) not in map_file.read_text("utf-8")
    return map_file


def with_vite(application: Path, browser: Browser) -> tuple[Path, str, str]:
    """A production build of Vite."""
    config = application / "vite.config.js"
    config.write_text(
        config.read_text("utf-8").replace("{ plugins", "{ build: { sourcemap: true }, plugins"),
        "utf-8",
    )
    tool(application, "node", "node_modules/vite/bin/vite.js", "build")
    address, line, column = thrown_in(browser, application / "dist")
    return bundled(application, application / "dist", address), line, column


def with_vite_dev(application: Path, browser: Browser) -> tuple[Path, str, str]:
    """The dev server of Vite."""
    with vite_dev(application) as server:
        address, line, column = thrown(browser, server)
        with urllib.request.urlopen(address) as answer:
            code = answer.read().decode("utf-8")
    return inlined(code, application / "client.map"), line, column


def built_by_webpack(application: Path, devtool: str, mode: str = "production") -> Path:
    config = application / "webpack.config.js"
    text = config.read_text("utf-8").replace(
        'mode: "production"', f'mode: "{mode}", devtool: "{devtool}"'
    )
    config.write_text(text, "utf-8")
    tool(application, "node", "node_modules/webpack-cli/bin/cli.js")
    return add_page(application)


def with_webpack(application: Path, browser: Browser) -> tuple[Path, str, str]:
    """A production build of webpack."""
    site = built_by_webpack(application, "source-map")
    address, line, column = thrown_in(browser, site)
    return bundled(application, site, address), line, column


def with_webpack_dev(application: Path, browser: Browser) -> tuple[Path, str, str]:
    """What webpack's dev server serves, with a map for each module."""
    site = built_by_webpack(application, "eval-source-map", "development")
    address, line, column = thrown_in(browser, site)
    assert address == "webpack-internal:///./node_modules/pybridge-runtime/client.js"
    (code,) = (
        each
        for each in (site / "main.js").read_text("utf-8").splitlines()
        if f"sourceURL={address}" in each
    )
    return inlined(code, application / "client.map"), line, column


SAMPLE = (with_vite, with_webpack_dev)
EVERY = (*SAMPLE, with_vite_dev, with_webpack)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("throw", EVERY if IS_LONG else SAMPLE, ids=lambda throw: throw.__name__)
def test_an_error_in_an_application_of_a_bundler_leads_to_our_source(
    application: Path, browser: Browser, throw: Callable[[Path, Browser], tuple[Path, str, str]]
) -> None:
    map_file, line, column = throw(application, browser)
    source, number = found_in(map_file, line, column)
    assert source.partition("?")[0].endswith(FAULT)  # webpack marks names that it has given twice
    assert "new PybridgeError(" in (ROOT / FAULT).read_text("utf-8").splitlines()[number - 1]
    known = source_map(map_file)
    assert known["sourcesContent"][known["sources"].index(source)] == (ROOT / FAULT).read_text(
        "utf-8"
    )
