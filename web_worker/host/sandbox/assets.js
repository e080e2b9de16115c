/**
 * Loads the built folder and checks every file against the manifest before anything uses it.
 *
 * All files are asked for at once, in the order in which they are needed; each part is a promise of its
 * own, so that the frame opens and the worker starts while the large ones are still under way.
 *
 * After a new build was deployed a cache may hold files of two builds: see `isOfTwoBuilds`.
 */
import { PYBRIDGE_VERSION } from "../../generated/facts.js";
import { validateManifest } from "../../generated/validators.js";
import { sourceOf } from "./asset_source.js";
import { bootError } from "../wire/errors.js";
import { builtFrameHosts } from "../html/frame_hosts.js";

const MANIFEST = "manifest.json";
const SNAPSHOT = "snapshot.bin";

/** Errors of files that do not fit together. @type {WeakSet<object>} */
const misfits = new WeakSet();

/**
 * Whether a start failed because its files are not of one build, as caches can have them after a deployment: with fresh files it
 * may succeed.
 * @param {unknown} error
 */
export function isOfTwoBuilds(error) {
  return misfits.has(/** @type {object} */ (error));
}

/**
 * @template {Error} E
 * @param {E} error
 */
function misfit(error) {
  misfits.add(error);
  return error;
}

/**
 * One loading of the folder.
 * @typedef {object} Delivery
 * @property {import("./asset_source.js").Source} source
 * @property {AbortSignal} signal
 * @property {boolean} isFresh whether the server is asked for what a cache has
 * @property {Promise<any>} manifest
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
 * @param {boolean} [isFresh] whether the server is asked for what a cache has
 * @returns {Assets}
 */
export function openAssets(assets, bootMs, isFresh = false) {
  const source = sourceOf(assets);
  const [frameUrl, workerUrl] = ["frame.htm", "worker.bin"].map((name) => addressOf(source, name, isFresh));
  const stopping = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(bootMs), stopping.signal]);
  /** @type {string[]} */
  const warnings = [];
  const delivery = { source, signal, isFresh, manifest: readManifest(source, signal, isFresh) };
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
 * Where a frame or a worker is opened from. Browsers keep documents of frames apart from what a page fetched, so that a
 * fresh file does not replace the one that a frame gets.
 * @param {import("./asset_source.js").Source} source
 * @param {string} name
 * @param {boolean} isFresh
 */
function addressOf(source, name, isFresh) {
  const url = source.url(name);
  if (isFresh && /^https?:$/.test(url.protocol)) url.searchParams.set("fresh", crypto.randomUUID());
  return url;
}

/**
 * Ask for a file at once, and check it when both it and the manifest are there.
 * @param {Delivery} delivery
 * @param {string} name
 * @returns {{received: Promise<Blob>, verified: Promise<Blob>}}
 */
function bring({ source, signal, isFresh, manifest }, name) {
  const content = source.read(name, signal, isFresh);
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
    throw misfit(bootError(message, "run `pybridge build` again and deploy the whole folder"));
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
    if (isOfTwoBuilds(error) && !delivery.isFresh) throw error;
    warnings.push(`starting without the snapshot, which takes longer: ${/** @type {Error} */ (error).message}`);
    return null;
  }
}

/**
 * @param {import("./asset_source.js").Source} source
 * @param {AbortSignal} signal
 * @param {boolean} isFresh
 */
async function readManifest(source, signal, isFresh) {
  const place = source.url(MANIFEST);
  const content = await source.read(MANIFEST, signal, isFresh);
  let manifest;
  try {
    manifest = JSON.parse(await content.text());
  } catch {
    throw bootError(`${place} is not JSON`, "is `assets` the folder that `pybridge build` wrote?");
  }
  if (!validateManifest(manifest)) throw bootError(`${place} is not a build manifest`, "run `pybridge build` again");
  if (manifest.pybridge !== PYBRIDGE_VERSION) {
    const message = `the folder was built by pybridge ${manifest.pybridge}, this client is ${PYBRIDGE_VERSION}`;
    throw misfit(bootError(message, "load client.js from the same folder as the assets"));
  }
  return manifest;
}

/** @param {ArrayBuffer} digest */
function hex(digest) {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
