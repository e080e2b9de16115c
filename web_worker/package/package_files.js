/** What the plugins for bundlers know of the package they are in: its files, by the name under which the client asks. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
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
