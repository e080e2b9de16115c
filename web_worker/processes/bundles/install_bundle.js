/** Installs the bundle of a runtime from a registry: nothing is fetched before its manifest was verified, nothing is kept before its hash was. */
import { PybridgeError } from "../../host/wire/errors.js";
import { readManifest, refused, requireBundleName } from "./bundle_manifest.js";
import { requireSigned } from "./bundle_signature.js";

/**
 * @typedef {import("../../generated/abi.js").RuntimeManifest} RuntimeManifest
 * @typedef {import("../../generated/abi.js").RuntimeAsset} RuntimeAsset
 * @typedef {import("./bundle_signature.js").PublicKey} PublicKey
 *
 * @typedef {object} BundleRegistry
 * @property {string | URL} baseUrl the folder that has `bundles/`
 * @property {boolean} [isOfficial] whether the keys that come with pybridge count; there are none so far
 * @property {(url: string) => Promise<unknown>} [fetchJson] default: `fetch` without credentials
 * @property {(url: string, size: number) => Promise<Uint8Array>} [fetchBytes] default: the same, ended after *size* bytes
 *
 * @typedef {object} BundleCache
 * @property {(key: string) => Promise<Uint8Array | null | undefined>} read
 * @property {(key: string, content: Uint8Array) => Promise<unknown>} write
 *
 * @typedef {object} InstallOptions
 * @property {BundleRegistry} registry
 * @property {BundleCache} [cache] what is in it is verified like what is fetched
 * @property {Readonly<Record<string, PublicKey>>} [publicKeys] the keys that are trusted, by their id
 * @property {boolean} [requireSignature] default: true; a signature that is there is verified in any case
 *
 * @typedef {object} InstalledRuntime
 * @property {RuntimeManifest} manifest
 * @property {Record<string, Uint8Array>} assets by path
 */

/** @type {Readonly<Record<string, PublicKey>>} */
const OFFICIAL_KEYS = Object.freeze({});
const MOST_MANIFEST_BYTES = 8 * 1024 * 1024;

/**
 * Fetch a bundle, verify it, and return its files.
 * @param {string} name
 * @param {string} version
 * @param {InstallOptions} options
 * @returns {Promise<InstalledRuntime>}
 * @throws {PybridgeError} `integrity` when it is not what a trusted key signed, `io` when it cannot be fetched
 */
export async function installBundle(name, version, { registry, cache, publicKeys = {}, requireSignature = true }) {
  requireBundleName(name, version);
  const base = new URL(`bundles/${name}/${version}/`, folder(registry.baseUrl));
  const fetchJson = registry.fetchJson ?? fetchedJson;
  const manifest = readManifest(await fetchJson(new URL("manifest.json", base).href), name, version);
  if (requireSignature || manifest.signature) {
    await requireSigned(manifest, { ...(registry.isOfficial ? OFFICIAL_KEYS : {}), ...publicKeys });
  }
  /** @type {Record<string, Uint8Array>} */
  const assets = Object.create(null);
  for (const asset of manifest.assets) {
    assets[asset.path] = await assetOf(asset, base, `bundles/${name}/${version}/${asset.path}`, registry, cache);
  }
  return { manifest, assets };
}

/**
 * @param {RuntimeAsset} asset
 * @param {URL} base
 * @param {string} key
 * @param {BundleRegistry} registry
 * @param {BundleCache} [cache]
 */
async function assetOf(asset, base, key, registry, cache) {
  const cached = await cache?.read(key);
  if (cached && (await isWhole(asset, cached))) return cached;
  const path = asset.path.split("/").map(encodeURIComponent).join("/");
  const fetchBytes = registry.fetchBytes ?? fetchedBytes;
  const content = await fetchBytes(new URL(path, base).href, asset.size);
  if (content.length !== asset.size) {
    throw refused(`${asset.path} has ${content.length} bytes, the manifest says ${asset.size}`);
  }
  if (!(await isWhole(asset, content))) throw refused(`sha256 mismatch: ${asset.path}`);
  await cache?.write(key, content);
  return content;
}

/**
 * @param {RuntimeAsset} asset
 * @param {Uint8Array} content
 */
async function isWhole(asset, content) {
  if (content.length !== asset.size) return false;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (content)));
  return asset.sha256 === Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} url */
async function fetchedJson(url) {
  const content = await fetchedBytes(url, MOST_MANIFEST_BYTES);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (error) {
    throw refused(`${url}: not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Fetch at most *size* bytes; an answer that is longer is not read to its end.
 * @param {string} url
 * @param {number} size
 */
async function fetchedBytes(url, size) {
  const response = await answered(url);
  if (!response.ok || !response.body)
    throw new PybridgeError({ code: "io", message: `${url}: HTTP ${response.status}` });
  const reader = response.body.getReader();
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.length;
    if (length > size) {
      await reader.cancel();
      throw refused(`${url}: more than ${size} bytes`);
    }
  }
  return joined(pieces, length);
}

/** @param {string} url */
async function answered(url) {
  try {
    return await fetch(url, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
  } catch (error) {
    throw new PybridgeError({ code: "io", message: `${url}: cannot be fetched: ${error}` });
  }
}

/**
 * @param {readonly Uint8Array[]} pieces
 * @param {number} length
 */
function joined(pieces, length) {
  const whole = new Uint8Array(length);
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

/** @param {string | URL} url */
function folder(url) {
  const text = String(url);
  return text.endsWith("/") ? text : `${text}/`;
}
