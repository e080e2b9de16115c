/**
 * Loads the built folder and checks every file against the manifest before anything uses it.
 *
 * All files are asked for at once, in the order in which they are needed; each part is a promise of its
 * own, so that the frame opens and the worker starts while the large ones are still under way.
 */
import { PYBRIDGE_VERSION } from "../../generated/facts.js";
import { validateManifest } from "../../generated/validators.js";
import { sourceOf } from "./asset_source.js";
import { bootError } from "../wire/errors.js";
import { builtFrameHosts } from "../html/frame_hosts.js";

const MANIFEST = "manifest.json";
const SNAPSHOT = "snapshot.bin";

/**
 * One loading of the folder.
 * @typedef {{source: import("./asset_source.js").Source, signal: AbortSignal, manifest: Promise<any>}} Delivery
 */

/**
 * @typedef {object} Files
 * @property {Blob} stdlib
 * @property {Blob} engine
 * @property {Blob | null} snapshot
 *
 * @typedef {object} Assets
 * @property {URL} frameUrl
 * @property {URL} workerUrl
 * @property {Promise<unknown>} frame resolves when its file has been checked
 * @property {Promise<Blob>} worker
 * @property {Promise<Blob>} unverifiedWasm to be compiled early; it must not run before `wasm` resolves
 * @property {Promise<Blob>} wasm
 * @property {Promise<Files>} files
 * @property {Promise<import("../wire/arguments.js").DomainScript[]>} scripts
 * @property {Promise<ReadonlySet<string>>} iframeHosts hosts whose pages iframes may show, from the build
 * @property {Promise<unknown>} whole resolves when everything has been checked
 * @property {string[]} warnings problems that do not stop the start
 * @property {() => void} stop ask for nothing more
 */

/**
 * @param {import("./asset_source.js").AssetsOption} assets
 * @param {number} bootMs
 * @returns {Assets}
 */
export function openAssets(assets, bootMs) {
  const source = sourceOf(assets);
  const [frameUrl, workerUrl] = ["frame.htm", "worker.bin"].map(source.url);
  const stopping = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(bootMs), stopping.signal]);
  /** @type {string[]} */
  const warnings = [];
  const delivery = { source, signal, manifest: readManifest(source, signal) };
  const [frame, worker, wasm] = ["frame.htm", "worker.bin", "pyodide.asm.wasm"].map((name) => bring(delivery, name));
  const snapshot = bringSnapshot(delivery, warnings);
  const [stdlib, engine, scripts] = ["python_stdlib.zip", "engine.zip", "scripts.bin"].map((name) =>
    bring(delivery, name),
  );
  const files = Promise.all([stdlib.verified, engine.verified, snapshot]);
  const parts = {
    frame: frame.verified,
    worker: worker.verified,
    unverifiedWasm: wasm.received,
    wasm: wasm.verified,
    files: files.then(([stdlib, engine, snapshot]) => ({ stdlib, engine, snapshot })),
    scripts: scripts.verified.then(async (blob) => JSON.parse(await blob.text())),
    iframeHosts: delivery.manifest.then(({ html }) => builtFrameHosts(html?.iframeHosts)),
  };
  const whole = Promise.all(Object.values(parts));
  // A part that fails rejects for its reader; without a reader it must not be reported as unhandled.
  for (const part of [...Object.values(parts), whole]) part.catch(() => {});
  return {
    ...parts,
    whole,
    warnings,
    frameUrl,
    workerUrl,
    stop: () => stopping.abort(),
  };
}

/**
 * Ask for a file at once, and check it when both it and the manifest are there.
 * @param {Delivery} delivery
 * @param {string} name
 * @returns {{received: Promise<Blob>, verified: Promise<Blob>}}
 */
function bring({ source, signal, manifest }, name) {
  const content = source.read(name, signal);
  // A wrong address is reported by the manifest's failure.
  const received = manifest.then(() => content);
  for (const promise of [content, received]) promise.catch(() => {});
  return { received, verified: check() };

  async function check() {
    const entry = (await manifest).files[name];
    if (entry === undefined) throw bootError(`${MANIFEST} does not list ${name}`, "run `pybridge build` again");
    const actual = hex(await crypto.subtle.digest("SHA-256", await (await received).arrayBuffer()));
    if (actual === entry.sha256) return received;
    const message = `${name} was changed or damaged: sha256 ${actual.slice(0, 12)}…, the manifest says ${entry.sha256.slice(0, 12)}…`;
    throw bootError(message, "run `pybridge build` again and deploy the whole folder");
  }
}

/**
 * The snapshot only saves time: without a valid one the start is slower, and a warning says so.
 * @param {Delivery} delivery
 * @param {string[]} warnings
 * @returns {Promise<Blob | null>}
 */
async function bringSnapshot(delivery, warnings) {
  const usual = bring(delivery, SNAPSHOT);
  usual.verified.catch(() => {});
  const { snapshot, pyodide } = await delivery.manifest;
  if (!snapshot) return null;
  try {
    if (snapshot.buildId !== pyodide.buildId)
      throw bootError(`${snapshot.path} is of Pyodide build ${snapshot.buildId}, the folder has ${pyodide.buildId}`);
    return await (snapshot.path === SNAPSHOT ? usual : bring(delivery, snapshot.path)).verified;
  } catch (error) {
    warnings.push(`starting without the snapshot, which takes longer: ${/** @type {Error} */ (error).message}`);
    return null;
  }
}

/**
 * @param {import("./asset_source.js").Source} source
 * @param {AbortSignal} signal
 */
async function readManifest(source, signal) {
  const place = source.url(MANIFEST);
  const content = await source.read(MANIFEST, signal);
  let manifest;
  try {
    manifest = JSON.parse(await content.text());
  } catch {
    throw bootError(`${place} is not JSON`, "is `assets` the folder that `pybridge build` wrote?");
  }
  if (!validateManifest(manifest)) throw bootError(`${place} is not a build manifest`, "run `pybridge build` again");
  if (manifest.pybridge !== PYBRIDGE_VERSION) {
    const message = `the folder was built by pybridge ${manifest.pybridge}, this client is ${PYBRIDGE_VERSION}`;
    throw bootError(message, "load client.js from the same folder as the assets");
  }
  return manifest;
}

/** @param {ArrayBuffer} digest */
function hex(digest) {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
