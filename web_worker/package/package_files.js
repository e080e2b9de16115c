/** What the plugins for bundlers know of the package they are in: its files, by the name under which the client asks. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { assets } from "./assets.js";

/** Where each file is. @type {Readonly<Record<string, URL>>} */
export const runtimeFiles = assets;

/** What worker.bin is served with: at isolation level `worker` it runs under this, at `origin` it is only fetched. */
export const WORKER_POLICY =
  "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'; worker-src 'none'; require-trusted-types-for 'script'; trusted-types pb";

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  "frame.htm": "text/html; charset=utf-8",
  "worker.bin": "text/javascript; charset=utf-8",
  "manifest.json": "application/json",
  "pyodide.asm.wasm": "application/wasm",
};

/** @param {string} name */
export function typeOf(name) {
  return TYPES[name] ?? "application/octet-stream";
}

/**
 * A folder's name that changes with any of the files, so that they may be cached for ever.
 * @returns {Promise<string>}
 */
export async function folderName() {
  const manifest = await readFile(runtimeFiles["manifest.json"]);
  return `pybridge-${createHash("sha256").update(manifest).digest("hex").slice(0, 12)}`;
}

/** The minified modules, which have source maps beside them. */
export const MAPPED = ["client.js", "processes.js", "processes_node.js", "service.js"];
const MAP_ADDRESS = /\n\/\/# sourceMappingURL=\S+\s*$/;

/** @typedef {{sources: string[], [field: string]: unknown}} SourceMap */

/**
 * Read the source map of a minified module; none where the application left the map out.
 * @param {string} file path of the module
 * @returns {Promise<SourceMap | undefined>} with absolute paths as its sources
 */
export async function readSourceMap(file) {
  const text = await readFile(`${file}.map`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const map = JSON.parse(text);
  return {
    ...map,
    sources: map.sources.map((/** @type {string} */ source) => path.resolve(path.dirname(file), source)),
  };
}

/**
 * Take away a module's own address of its source map: in a bundle it would be wrong.
 * @param {string} code
 */
export function withoutMapAddress(code) {
  return code.replace(MAP_ADDRESS, "\n");
}
