"""The package in every bundler's production build and in Vite's dev server, each opened in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.bundled_applications import (
    BUNDLERS,
    RENDERED,
    ROOT,
    add_page,
    install,
    opened,
    rendered,
    shown,
    tool,
    vite_dev,
    write_example,
)
from e2e.conftest import linked
from tests.amounts import IS_LONG

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def application(folder: Path, tmp_path: Path) -> Path:
    """An empty application, with the package as npm copies it there."""
    root = tmp_path / "my app"
    (root / "node_modules").mkdir(parents=True)
    linked(folder, root / "node_modules" / "pybridge-runtime")
    return root


def webpack(application: Path) -> Path:
    """Webpack with the plugin, as documented."""
    write_example(application, "webpack", main="Vite")
    install(application, BUNDLERS, names=("webpack", "webpack-cli"))
    tool(application, "node", "node_modules/webpack-cli/bin/cli.js")
    return add_page(application)


def webpack_alone(application: Path) -> Path:
    """Webpack without the plugin, with a minimiser for every kind of text it has."""
    write_example(application, "webpack", main="Vite")
    install(
        application, BUNDLERS, names=("webpack", "webpack-cli", "html-minimizer-webpack-plugin")
    )
    config = application / "webpack.config.js"
    text = config.read_text("utf-8")
    text = re.sub(r"import \{ PybridgePlugin.*\n", _MINIMISERS, text)
    text = re.sub(r"plugins: .*\n", 'optimization: { minimizer: ["...", html, json] },\n', text)
    config.write_text(text, "utf-8")
    tool(application, "node", "node_modules/webpack-cli/bin/cli.js")
    return add_page(application)


_MINIMISERS = """import Html from "html-minimizer-webpack-plugin";
const html = new Html();
const json = new Html({ test: /[.]json$/, minify: async (files) => ({ code: JSON.stringify(JSON.parse(Object.values(files)[0])) }) });
"""


def webpack_hostile(application: Path) -> Path:
    """Webpack with the plugin, and loaders and a minimiser that change whatever they meet."""
    webpack_config = application / "webpack.config.js"
    write_example(application, "webpack", main="Vite")
    install(application, BUNDLERS, names=("webpack", "webpack-cli"))
    text = webpack_config.read_text("utf-8").replace("[new PybridgePlugin()]", _HOSTILE)
    webpack_config.write_text(text, "utf-8")
    tool(application, "node", "node_modules/webpack-cli/bin/cli.js")
    return add_page(application)


_HOSTILE = """[new PybridgePlugin(), { apply: (compiler) => compiler.hooks.thisCompilation.tap("x", (compilation) => {
  const { RawSource } = compiler.webpack.sources;
  compilation.hooks.processAssets.tap({ name: "x", stage: 400 }, (assets) => {
    for (const name of Object.keys(assets)) if (!name.endsWith(".js")) compilation.updateAsset(name, new RawSource("changed"));
  });
}) }]"""


def vite(application: Path) -> Path:
    """Vite with the plugin, below a folder of the server."""
    write_example(application, "Vite")
    install(application, ROOT, names=("vite",))
    tool(application, "node", "node_modules/vite/bin/vite.js", "build", "--base", "/below/")
    site = application / "site"
    site.mkdir()
    (application / "dist").rename(site / "below")
    shutil.copy(site / "below" / "index.html", site)
    return site


def vite_alone(application: Path) -> Path:
    """Vite without the plugin."""
    write_example(application, "Vite")
    (application / "vite.config.js").unlink()
    install(application, ROOT, names=("vite",))
    tool(application, "node", "node_modules/vite/bin/vite.js", "build")
    return application / "dist"


def esbuild(application: Path) -> Path:
    """The copy step of esbuild."""
    write_example(application, "esbuild")
    install(application, ROOT, names=("esbuild",))
    tool(application, "node", "build.js")
    return add_page(application)


def rollup(application: Path) -> Path:
    """The copy step of rollup."""
    write_example(application, "rollup", main="esbuild")
    install(application, BUNDLERS, names=("rollup", "@rollup/plugin-node-resolve"))
    tool(application, "node", "node_modules/rollup/dist/bin/rollup", "-c")
    return add_page(application)


def parcel(application: Path) -> Path:
    """The copy step of Parcel."""
    write_example(application, "Parcel", main="esbuild")
    install(application, BUNDLERS, names=("parcel", "@parcel/config-default"))
    command = ("node", "node_modules/parcel/lib/bin.js", "build", "index.html")
    tool(application, *command, "--public-url", "./", timeout=200)
    tool(application, "node", "copy.js")
    return application / "dist"


SAMPLE = (webpack,)
EVERY = (*SAMPLE, webpack_alone, webpack_hostile, vite, vite_alone, esbuild, rollup, parcel)


@pytest.mark.parametrize("build", EVERY if IS_LONG else SAMPLE, ids=lambda build: build.__name__)
def test_a_production_build_starts_and_renders(
    application: Path, browser: Browser, build: Callable[[Path], Path]
) -> None:
    assert RENDERED in shown(browser, build(application))


@pytest.mark.parametrize("how", ["linked", "copied"] if IS_LONG else ["linked"])
def test_the_dev_server_serves_the_example_and_reloads_it(
    folder: Path, tmp_path: Path, browser: Browser, how: str
) -> None:
    root = tmp_path / "vite"
    shutil.copytree(ROOT / "examples" / "vite", root, ignore=shutil.ignore_patterns("node_modules"))
    (root / "node_modules").mkdir()
    package = root / "node_modules" / "pybridge-runtime"
    outside = linked(folder, tmp_path / "dist") if how == "linked" else None
    package.symlink_to(outside) if outside else linked(folder, package)
    install(root, ROOT, names=("vite",))
    heard: list[str] = []
    with vite_dev(root) as address, opened(browser, address, heard=heard) as page:
        assert "★★★" in rendered(page), heard
        main = root / "main.js"
        text = main.read_text("utf-8")
        main.write_text(text.replace("Three stars: [[stars given=3]]", "Two: [[stars given=2]]"), "utf-8")  # fmt: skip
        page.wait_for_function("() => document.body.textContent.includes('Two: ★★')", timeout=60_000)  # fmt: skip
    assert [line for line in heard if line.startswith(("error", "warning"))] == []


HOT = """
import { PythonRuntime } from "pybridge-runtime";
import { assets } from "pybridge-runtime/assets";
import { text } from "./text.js";

const runtime = await PythonRuntime.start({ assets });
globalThis.starts = (globalThis.starts ?? 0) + 1;
async function show(text) {
  const [{ output }] = await runtime.renderDocuments([{ text }]);
  document.getElementById("output").innerHTML = output;
}
await show(text);
import.meta.hot.accept("./text.js", ({ text }) => show(text));
"""


def test_a_module_replaced_in_the_running_page_leaves_the_runtime_alone(
    application: Path, browser: Browser
) -> None:
    write_example(application, "Vite")
    (application / "main.js").write_text(HOT, "utf-8")
    (application / "text.js").write_text("export const text = 'one [[details summary=A]]';", "utf-8")  # fmt: skip
    install(application, ROOT, names=("vite",))
    heard: list[str] = []
    with vite_dev(application) as address, opened(browser, address, heard=heard) as page:
        rendered(page)
        (application / "text.js").write_text("export const text = 'two';", "utf-8")
        page.wait_for_function("() => document.getElementById('output').textContent === 'two'", timeout=60_000)  # fmt: skip
        assert page.evaluate("() => globalThis.starts") == 1
    assert [line for line in heard if line.startswith("error")] == []
