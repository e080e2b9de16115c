/**
 * The files that the client needs of the built folder.
 *
 * All files are asked for at once, in the order in which they are needed; each part is a promise of its
 * own, so that the frame opens and the worker starts while the large ones are still under way.
 *
 * After a new build was deployed a cache may hold files of two builds: see `isOfTwoBuilds`.
 */
import { addressOf, bring, isOfTwoBuilds, openDelivery } from "./delivery.js";
import { bootError } from "../wire/errors.js";
import { builtFrameHosts } from "../html/frame_hosts.js";

const SNAPSHOT = "snapshot.bin";

/** @typedef {import("./delivery.js").Delivery} Delivery */

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
  const stopping = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(bootMs), stopping.signal]);
  /** @type {string[]} */
  const warnings = [];
  const delivery = openDelivery(assets, signal, isFresh);
  const [frameUrl, workerUrl] = ["frame.htm", "worker.bin"].map((name) => addressOf(delivery, name));
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
