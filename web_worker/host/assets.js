/** Fetches the built folder and checks every file against the manifest before anything uses it. */
import { PYBRIDGE_VERSION } from "../generated/facts.js";
import { validateManifest } from "../generated/validators.js";
import { bootError } from "./errors.js";

/** Files the sandbox is made of, by the name the frame knows them by. */
const PARTS = {
  wasm: "pyodide.asm.wasm",
  stdlib: "python_stdlib.zip",
  engine: "engine.zip",
  worker: "worker.js",
};

/**
 * @typedef {object} Assets
 * @property {URL} frame
 * @property {URL} worker
 * @property {{wasm: Blob, stdlib: Blob, engine: Blob, worker: Blob, snapshot: Blob | null}} parts
 * @property {string[]} warnings what is wrong but does not stop the start
 * @property {{path: string, content: string, origin: "default" | "project"}[]} scripts
 */

/** @typedef {Readonly<Record<string, string | URL>>} AssetMap address by name; a bundler may have renamed the files */

/**
 * @param {string | URL | AssetMap} base the built folder, or the address of each of its files
 * @param {number} bootMs
 * @returns {Promise<Assets>}
 */
export async function fetchAssets(base, bootMs) {
  const locate = locator(base);
  const signal = AbortSignal.timeout(bootMs);
  const manifest = await readManifest(locate, signal);
  /** @type {string[]} */
  const warnings = [];
  const names = [...Object.values(PARTS), "scripts.json", "frame.html"];
  const [snapshot, ...blobs] = await Promise.all([
    fetchSnapshot(locate, manifest, signal, warnings),
    ...names.map((name) => fetchVerified(locate, name, manifest, signal)),
  ]);
  const [wasm, stdlib, engine, worker, scripts] = blobs;
  return {
    frame: locate("frame.html"),
    worker: locate("worker.js"),
    parts: { wasm, stdlib, engine, worker, snapshot },
    scripts: JSON.parse(await scripts.text()),
    warnings,
  };
}

/**
 * @param {string | URL | AssetMap} base
 * @returns {(name: string) => URL}
 */
function locator(base) {
  if (typeof base === "string" || base instanceof URL) {
    const folder = new URL(String(base).replace(/\/*$/, "/"), document.baseURI);
    return (name) => new URL(name, folder);
  }
  return (name) => {
    const address = base[name];
    if (address === undefined)
      throw bootError(`assets has no address of ${name}`, "pass the map of pybridge-runtime/assets");
    return new URL(address, document.baseURI);
  };
}

/**
 * The snapshot only saves time: without a good one the start is slower, and says so.
 * @param {(name: string) => URL} locate
 * @param {any} manifest
 * @param {AbortSignal} signal
 * @param {string[]} warnings
 */
async function fetchSnapshot(locate, manifest, signal, warnings) {
  if (!manifest.snapshot) return null;
  try {
    return await fetchVerified(locate, manifest.snapshot.path, manifest, signal);
  } catch (error) {
    warnings.push(`starting without the snapshot, which takes longer: ${/** @type {Error} */ (error).message}`);
    return null;
  }
}

/**
 * @param {(name: string) => URL} locate
 * @param {AbortSignal} signal
 */
async function readManifest(locate, signal) {
  const response = await get(locate("manifest.json"), signal);
  let manifest;
  try {
    manifest = await response.json();
  } catch {
    throw bootError(`${response.url} is no JSON`, "is `assets` the folder that `pybridge build` wrote?");
  }
  if (!validateManifest(manifest))
    throw bootError(`${response.url} is no build manifest`, "run `pybridge build` again");
  if (manifest.pybridge !== PYBRIDGE_VERSION) {
    const message = `the folder was built by pybridge ${manifest.pybridge}, this client is ${PYBRIDGE_VERSION}`;
    throw bootError(message, "load client.js from the same folder as the assets");
  }
  return manifest;
}

/**
 * @param {(name: string) => URL} locate
 * @param {string} name
 * @param {any} manifest
 * @param {AbortSignal} signal
 */
async function fetchVerified(locate, name, manifest, signal) {
  const entry = manifest.files[name];
  if (entry === undefined) throw bootError(`manifest.json does not list ${name}`, "run `pybridge build` again");
  const response = await get(locate(name), signal);
  const bytes = await response.arrayBuffer().catch((error) => {
    throw bootError(`${response.url} broke off: ${error.message}`);
  });
  const actual = hex(await crypto.subtle.digest("SHA-256", bytes));
  if (actual !== entry.sha256) {
    const message = `${name} was changed or damaged: sha256 ${actual.slice(0, 12)}…, the manifest says ${entry.sha256.slice(0, 12)}…`;
    throw bootError(message, "run `pybridge build` again and deploy the whole folder");
  }
  return new Blob([bytes]);
}

/**
 * @param {URL} url
 * @param {AbortSignal} signal
 */
async function get(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    const why = signal.aborted ? "no answer in time" : /** @type {Error} */ (error).message;
    throw bootError(`cannot load ${url}: ${why}`, "is it served, and does the page's connect-src allow it?");
  }
  if (!response.ok)
    throw bootError(`${url} answered ${response.status}`, "deploy the whole folder that `pybridge build` wrote");
  return response;
}

/** @param {ArrayBuffer} digest */
function hex(digest) {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
