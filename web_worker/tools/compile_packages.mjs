/**
 * Compiles packages with Pyodide's Python; called by the build with one JSON document on stdin:
 * {pyodide, compiler, request, outfile}. Prints {bytes} on stdout.
 *
 * They are compiled, never run: Node is not a sandbox.
 */
import "./repeatable.mjs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { readInput } from "./stdin.mjs";

const FOLDER = "/compiler";
const REQUEST = "/request.bin";
const IMAGE = "/packages.bin";

const { pyodide: folder, compiler, request, outfile } = await readInput();
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
const { info } = JSON.parse(await readFile(path.join(folder, "pyodide-lock.json"), "utf8"));

const pyodide = await loadPyodide({
  indexURL: folder,
  packageBaseUrl: "https://pyodide.invalid/",
  lockFileContents: { info, packages: {} },
  jsglobals: Object.create(null),
  env: { HOME: "/", PYTHONHASHSEED: "0", TZ: "UTC", LANG: "C.UTF-8" },
  stdin: () => null,
  stdout: () => {},
  stderr: () => {},
});
pyodide.FS.mkdir(FOLDER);
pyodide.FS.writeFile(`${FOLDER}/package_compiler.py`, await readFile(compiler));
pyodide.FS.writeFile(REQUEST, await readFile(request));
pyodide._api.sys.path.append(FOLDER);
pyodide.pyimport("package_compiler").write_file(REQUEST, IMAGE);
const image = pyodide.FS.readFile(IMAGE);
await writeFile(outfile, image);
process.stdout.write(JSON.stringify({ bytes: image.length }));
