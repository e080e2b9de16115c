"""The built folder as an npm package: packed, bundled, type-checked, and loaded by a plain page."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.conftest import linked
from pybridge import resources
from pybridge.build.npm_package import LOADED
from pybridge.engines.browser.asset_server import AssetServer

ROOT = resources.root()
EXAMPLES = ROOT / "examples"
RENDERED = 'Three stars: <b class="stars">★★★</b>'

PACKED_MB = 15
UNPACKED_MB = 35
CLIENT_KB = 70
"""Budgets: what an application pays on disk, and what its page parses (gzip)."""


def tool(cwd: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tarball(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packed")
    packing = ("npm", "pack", "--ignore-scripts", "--offline", "--json")
    listed = json.loads(tool(folder, *packing, "--pack-destination", str(out)))
    return out / Path(listed[0]["filename"]).name


@pytest.fixture(scope="module")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the package holds, unpacked once."""
    out = tmp_path_factory.mktemp("installed")
    with tarfile.open(tarball) as packed:
        packed.extractall(out, filter="data")
    return out / "package"


@pytest.fixture
def application(installed: Path, tmp_path: Path) -> Path:
    """A folder into which the package has been installed as npm would."""
    modules = tmp_path / "node_modules"
    modules.mkdir()
    linked(installed, modules / "pybridge-runtime")
    for name in ("vite", "typescript"):
        (modules / name).symlink_to(ROOT / "node_modules" / name)
    return tmp_path


ReadPage = Callable[[Path], str]


@pytest.fixture
def read_page(browser: Browser) -> ReadPage:
    def read(folder: Path) -> str:
        said: list[str] = []
        # The pages state their policy themselves: a server's would fall on the renamed frame too.
        with AssetServer({"/": folder}, headers={"Content-Security-Policy": ""}) as server:
            server.overrides["/favicon.ico"] = lambda: (HTTPStatus.NO_CONTENT, {}, b"")
            context = browser.new_context()
            try:
                page = context.new_page()
                page.on("console", lambda message: said.append(message.text))
                page.goto(server.url + "/index.html")
                page.wait_for_function(
                    "() => !document.getElementById('output').textContent.startsWith('Starting')"
                )
                html: str = page.inner_html("#output")
            finally:
                context.close()
        assert said == []
        return html

    return read


def test_a_bundler_takes_the_package_without_configuration(
    application: Path, read_page: ReadPage
) -> None:
    for name in ("index.html", "main.js"):
        shutil.copy(EXAMPLES / "vite" / name, application)
    tool(application, "node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    assert read_page(application / "dist") == RENDERED


def test_a_plain_page_loads_the_folder_as_it_is(
    application: Path, folder: Path, read_page: ReadPage
) -> None:
    shutil.copytree(EXAMPLES / "page", application / "site")
    linked(folder, application / "site" / "pybridge")
    assert read_page(application / "site") == RENDERED


USE = """
import { PythonRuntime } from "pybridge-runtime";
import { assets } from "pybridge-runtime/assets";
import type { Call } from "pybridge-runtime/abi";

const call: Call = { abi: 1, macro: { name: "stars" }, params: {}, env: { isPreview: false } };
const runtime = await PythonRuntime.start({ assets, spares: 0, limits: { itemS: 1 } });
const [outcome] = await runtime.renderMany([call]);
export const text: string = outcome && "result" in outcome ? JSON.stringify(outcome.result) : "none";
"""
CHECK = [
    *["--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom,dom.iterable", "--types"],
    "",
]


@pytest.mark.parametrize(
    ("module", "resolution"), [("esnext", "bundler"), ("nodenext", "nodenext")]
)
def test_types_resolve_and_a_wrong_option_is_refused(
    application: Path, module: str, resolution: str
) -> None:
    (application / "package.json").write_text('{"type": "module"}')
    compiler = ("node", "node_modules/typescript/bin/tsc", *CHECK)
    settings = ("--module", module, "--moduleResolution", resolution)
    (application / "use.ts").write_text(USE)
    tool(application, *compiler, *settings, "use.ts")
    (application / "use.ts").write_text(USE.replace("spares: 0", 'spares: "none"'))
    with pytest.raises(AssertionError, match=r"not assignable to type .*number"):
        tool(application, *compiler, *settings, "use.ts")


TYPED = """
import { PythonRuntime } from "pybridge-runtime";
import { assets } from "pybridge-runtime/assets";
import { PythonProcess, PythonTool } from "pybridge-runtime/processes";
import { startService } from "pybridge-runtime/service";

type Known<T> = 0 extends 1 & T ? never : object extends T ? never : T; // neither any nor object
const known = <T>(value: Known<T>) => value;
const runtime = await PythonRuntime.start({ assets });
const { problems } = await runtime.check("");
const [problem] = problems;
if (problem) known(problem.message);
const ran = await runtime.run({ slug: "tool" });
known(ran.status), known(ran.stdout), known(ran.durationMs);
const { sandbox, domains } = runtime.stats();
if (sandbox) known(sandbox.python), known(sandbox.attestation);
for (const name in domains) known(domains[name]?.sandbox?.pyodide ?? "");
export const page: HTMLElement = document.body; // the DOM's Document, not ours
const service = startService({ project: "." });
const { scripts } = await service.scripts.list();
known(scripts.map(({ slug }) => slug));
const processes = await PythonProcess.start({ command: "pybridge", allowed: ["python"] });
const done = await processes.run({ argv: ["python"] }, { onStdout: (piece) => known(piece.length) });
known(done.exitCode), known(done.runtime.name), known(done.truncated);
const reply = await new PythonTool(processes).run({ code: "" });
known(reply.truncatedStdout);
"""


def test_no_type_of_the_client_is_any(application: Path) -> None:
    (application / "package.json").write_text('{"type": "module"}')
    compiler = ("node", "node_modules/typescript/bin/tsc", *CHECK)
    settings = ("--module", "nodenext", "--moduleResolution", "nodenext")
    (application / "use.ts").write_text(TYPED)
    tool(application, *compiler, *settings, "use.ts")
    for vague in ("any", "object"):
        (application / "use.ts").write_text(TYPED.replace("ran.stdout", f"ran.stdout as {vague}"))
        with pytest.raises(AssertionError, match=r"not assignable to .*never"):
            tool(application, *compiler, *settings, "use.ts")


PLUGINS = """
import { defineConfig } from "vite";
import pybridge from "pybridge-runtime/vite";
import Plugin, { PybridgePlugin } from "pybridge-runtime/webpack";

export const vite = defineConfig({ plugins: [pybridge()] });
export const webpack: { apply(compiler: object): void }[] = [new PybridgePlugin(), new Plugin()];
"""


def test_the_plugins_fit_the_types_of_their_bundlers(application: Path) -> None:
    (application / "package.json").write_text('{"type": "module"}')
    (application / "use.ts").write_text(PLUGINS)
    compiler = ("node", "node_modules/typescript/bin/tsc", *CHECK)
    settings = ("--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck")
    tool(application, *compiler, *settings, "use.ts")
    (application / "use.ts").write_text(PLUGINS.replace("pybridge()", "pybridge(1)"))
    with pytest.raises(AssertionError, match="Expected 0 arguments"):
        tool(application, *compiler, *settings, "use.ts")


def test_every_file_that_the_client_fetches_has_an_address(application: Path) -> None:
    code = 'import { assets } from "pybridge-runtime/assets"; console.log(JSON.stringify(Object.keys(assets)));'
    names = json.loads(tool(application, "node", "--input-type=module", "-e", code))
    assert names == list(LOADED)


def test_nothing_runs_at_install_and_nothing_is_depended_on(application: Path) -> None:
    package = json.loads((application / "node_modules/pybridge-runtime/package.json").read_text())
    assert not {"scripts", "dependencies", "bin", "peerDependencies"} & set(package)
    for path in targets(package["exports"]):
        assert "*" in path or (application / "node_modules/pybridge-runtime" / path).is_file()


def targets(exports: Any) -> list[str]:
    """Return the files that conditions lead to."""
    if isinstance(exports, str):
        return [exports]
    return [path for each in exports.values() for path in targets(each)]


def test_processes_have_a_face_for_pages_and_one_for_node(application: Path) -> None:
    code = 'console.log(import.meta.resolve("pybridge-runtime/processes"))'
    found = {
        condition: tool(
            application, "node", f"--conditions={condition}", "--input-type=module", "-e", code
        )
        for condition in ("node", "browser")
    }
    assert {name: path.strip().rpartition("/")[2] for name, path in found.items()} == {
        "node": "processes_node.js",
        "browser": "processes.js",
    }


def test_sizes_stay_within_their_budgets(tarball: Path, folder: Path) -> None:
    unpacked = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    client = len(gzip.compress((folder / "client.js").read_bytes()))
    page = (ROOT / "docs" / "embedding-in-electron.md").read_text("utf-8")
    said = re.search(r"parses (\d+) kB \(gzip\)", page)
    assert said
    assert abs(client / 1e3 - int(said[1])) < 2
    assert tarball.stat().st_size <= PACKED_MB * 1e6
    assert unpacked <= UNPACKED_MB * 1e6
    assert client <= CLIENT_KB * 1e3


@pytest.mark.parametrize("options", ['{ assets: "./pybridge/" }', '{ assets: "./", spares: 2 }'])
def test_a_page_has_the_types_of_processes(application: Path, options: str) -> None:
    (application / "package.json").write_text('{"type": "module"}')
    compiler = ("node", "node_modules/typescript/bin/tsc", *CHECK)
    text = f"""
import {{ PythonProcess, type Completed }} from "pybridge-runtime/processes";
const processes = await PythonProcess.start({options});
export const done: Completed = await processes.run({{ argv: ["python", "-c", ""] }});
"""
    (application / "use.ts").write_text(text)
    tool(application, *compiler, "--module", "esnext", "--moduleResolution", "bundler", "use.ts")


def test_no_exported_name_is_one_of_the_browsers_own(application: Path) -> None:
    """With a type `Document` of ours, an editor would import it where the page's is meant."""
    (application / "package.json").write_text('{"type": "module"}')
    lines = ['import type * as client from "pybridge-runtime";']
    lines += ['import type * as service from "pybridge-runtime/service";']
    for space in ("client", "service"):
        for name in (
            "Document",
            "Element",
            "Event",
            "Node",
            "Range",
            "Request",
            "Response",
            "Text",
        ):
            lines.append(f"// @ts-expect-error\nexport type {space}{name} = {space}.{name};")
    lines.append("export type known = [client.SourceDocument, service.SourceDocument];")
    (application / "use.ts").write_text("\n".join(lines))
    compiler = ("node", "node_modules/typescript/bin/tsc", *CHECK)
    tool(application, *compiler, "--module", "nodenext", "--moduleResolution", "nodenext", "use.ts")
