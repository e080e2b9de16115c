/** Loads files of the built folder, and checks each against the manifest before anything uses it. */
import { PYBRIDGE_VERSION } from "../../generated/facts.js";
import { validateManifest } from "../../generated/validators.js";
import { sourceOf } from "./asset_source.js";
import { bootError } from "../wire/errors.js";

const MANIFEST = "manifest.json";
const HINT = "run `pybridge build` again";

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
 * Begin to load.
 * @param {import("./asset_source.js").AssetsOption} assets
 * @param {AbortSignal} signal
 * @param {boolean} isFresh whether the server is asked for what a cache has
 * @returns {Delivery}
 */
export function openDelivery(assets, signal, isFresh) {
  const source = sourceOf(assets);
  return { source, signal, isFresh, manifest: readManifest(source, signal, isFresh) };
}

/**
 * Where a frame or a worker is opened from. Browsers keep documents of frames apart from what a page fetched, so that a
 * fresh file does not replace the one that a frame gets.
 * @param {Delivery} delivery
 * @param {string} name
 */
export function addressOf({ source, isFresh }, name) {
  const url = source.url(name);
  if (isFresh && /^https?:$/.test(url.protocol)) url.searchParams.set("fresh", crypto.randomUUID());
  return url;
}

/**
 * Ask for a file at once, and check it when both it and the manifest are there.
 * @param {Delivery} delivery
 * @param {string} name
 * @param {string} [hint] for a folder without it
 * @returns {{received: Promise<Blob>, verified: Promise<Blob>}}
 */
export function bring({ source, signal, isFresh, manifest }, name, hint = HINT) {
  const content = source.read(name, signal, isFresh);
  // A wrong address is reported by the manifest's failure.
  const received = manifest.then(() => content);
  for (const promise of [content, received]) promise.catch(() => {});
  return { received, verified: check() };

  async function check() {
    const entry = (await manifest).files[name];
    if (entry === undefined) throw bootError(`${MANIFEST} does not list ${name}`, hint);
    const actual = hex(await crypto.subtle.digest("SHA-256", await (await received).arrayBuffer()));
    if (actual === entry.sha256) return received;
    const message = `${name} was changed or damaged: sha256 ${actual.slice(0, 12)}…, the manifest says ${entry.sha256.slice(0, 12)}…`;
    throw misfit(bootError(message, "run `pybridge build` again and deploy the whole folder"));
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
