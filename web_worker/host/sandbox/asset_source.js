/** Where the files of the built folder come from: addresses the page can fetch from, or bytes it has already. */
import { bootError } from "../wire/errors.js";
import { look, whyNotLoaded } from "./diagnosis.js";

/**
 * A file that the page holds already; a string is the base64 of its gzip.
 * @typedef {Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string} HeldFile
 *
 * Such files by their name in the folder; `base` is where the folder is, for the frame. A page opened by
 * `file:` may not fetch: there it is the only way.
 * @typedef {{base: string | URL, files: Readonly<Record<string, HeldFile>>}} HeldAssets
 *
 * Address by name; a bundler may have renamed the files.
 * @typedef {Readonly<Record<string, string | URL>>} AssetMap
 *
 * @typedef {string | URL | AssetMap | HeldAssets} AssetsOption
 *
 * @typedef {object} Source
 * @property {(name: string, signal: AbortSignal, isFresh?: boolean) => Promise<Blob>} read downloads go to the browser's
 *   blob store directly, not through the page's memory; for a fresh one the server is asked whether a cache has it right
 * @property {(name: string) => URL} url where a frame or a worker is opened from
 */

/**
 * @param {AssetsOption} assets
 * @returns {Source}
 */
export function sourceOf(assets) {
  if (typeof assets === "string" || assets instanceof URL) return downloads(inFolder(assets));
  if (!("files" in assets && "base" in assets)) return downloads(byMap(/** @type {AssetMap} */ (assets)));
  const { base, files } = /** @type {HeldAssets} */ (assets);
  return { url: inFolder(base), read: (name) => held(files, name) };
}

/**
 * @param {string | URL} base
 * @returns {Source["url"]}
 */
function inFolder(base) {
  const folder = new URL(String(base).replace(/\/*$/, "/"), document.baseURI);
  return (name) => new URL(name, folder);
}

/**
 * @param {AssetMap} addresses
 * @returns {Source["url"]}
 */
function byMap(addresses) {
  return (name) => {
    const address = addresses[name];
    if (address === undefined)
      throw bootError(`assets has no address of ${name}`, "pass the map of pybridge-runtime/assets");
    return new URL(address, document.baseURI);
  };
}

/**
 * @param {HeldAssets["files"]} files
 * @param {string} name
 */
async function held(files, name) {
  if (!Object.hasOwn(files, name))
    throw bootError(`assets.files has no ${name}`, "pass every file of the folder that `pybridge build` wrote");
  const file = files[name];
  if (typeof file !== "string") return new Blob([file]);
  try {
    return await unpacked(file);
  } catch (error) {
    throw bootError(`${name} cannot be unpacked: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} text */
function unpacked(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}

/**
 * @param {Source["url"]} url
 * @returns {Source}
 */
function downloads(url) {
  return { url, read: async (name, signal, isFresh = false) => download(url(name), signal, isFresh) };
}

/**
 * @param {URL} url
 * @param {AbortSignal} signal
 * @param {boolean} isFresh
 */
async function download(url, signal, isFresh) {
  const response = await get(url, signal, isFresh);
  try {
    return await response.blob();
  } catch (error) {
    const why = signal.aborted ? "no answer in time" : /** @type {Error} */ (error).message;
    throw bootError(`the download of ${url} stopped: ${why}`);
  }
}

/**
 * @param {URL} url
 * @param {AbortSignal} signal
 * @param {boolean} isFresh
 */
async function get(url, signal, isFresh) {
  let response;
  try {
    response = await fetch(url, { signal, cache: isFresh ? "no-cache" : "default" });
  } catch (error) {
    const cause = signal.aborted ? undefined : whyNotLoaded(await look(url));
    const [why, hint] = cause ?? [signal.aborted ? "no answer in time" : /** @type {Error} */ (error).message];
    throw bootError(`cannot load ${url}: ${why}`, hint ?? "is it served?");
  }
  if (!response.ok)
    throw bootError(`${url} answered ${response.status}`, "deploy the whole folder that `pybridge build` wrote");
  return response;
}
