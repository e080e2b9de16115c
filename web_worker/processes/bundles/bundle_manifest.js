/**
 * manifest.json of the bundle of a runtime: checked member by member, and the bytes that its signature is about. What the
 * signature is not about is refused.
 */
import { PybridgeError } from "../../host/wire/errors.js";

/**
 * @typedef {import("../../generated/abi.js").RuntimeManifest} RuntimeManifest
 * @typedef {import("../../generated/abi.js").RuntimeAsset} RuntimeAsset
 */

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}(?:\.[a-z0-9][a-z0-9_-]{0,62}){0,4}$/;
const VERSION = /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/;
const COMMAND = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const PATH = /^[\w !#$%&'()+,.;=@[\]^`{}~-]+(?:\/[\w !#$%&'()+,.;=@[\]^`{}~-]+)*$/;
const MOST_ASSETS = 20_000;
const MOST_BYTES = 1024 ** 3;
/** Of all assets. */
const MOST_PATH = 240;

/**
 * @param {string} message
 * @returns {PybridgeError}
 */
export function refused(message) {
  return new PybridgeError({ code: "integrity", message });
}

/**
 * @param {string} name
 * @param {string} version
 * @throws {PybridgeError} `usage` for what cannot be part of an address
 */
export function requireBundleName(name, version) {
  if (typeof name !== "string" || !NAME.test(name) || typeof version !== "string" || !VERSION.test(version)) {
    throw new PybridgeError({ code: "usage", message: `not the name and version of a bundle: ${name}@${version}` });
  }
}

/**
 * Check a manifest; its signature is not verified yet.
 * @param {unknown} value
 * @param {string} name
 * @param {string} version
 * @returns {RuntimeManifest} a copy, which nobody else can change
 * @throws {PybridgeError} `integrity`
 */
export function readManifest(value, name, version) {
  const whole = members(value, "", ["name", "version", "assets", "commands"], ["signature"]);
  for (const field of ["name", "version"]) requireText(whole[field], field);
  if (whole.name !== name || whole.version !== version) {
    throw refused(`BundleManifest: it is ${whole.name}@${whole.version}, not ${name}@${version}`);
  }
  const assets = list(whole.assets, "assets").map(readAsset);
  const commands = list(whole.commands, "commands").map(readCommand);
  requireDistinct(assets.map((each) => each.path.toLowerCase()));
  requireDistinct(commands.map((each) => each.name));
  for (const { modulePath } of commands) {
    if (!assets.some((each) => each.path === modulePath)) throw refused(`BundleManifest: no asset ${modulePath}`);
  }
  if (assets.reduce((sum, each) => sum + each.size, 0) > MOST_BYTES) throw refused("BundleManifest: too large");
  const signature = whole.signature === undefined ? {} : { signature: readSignature(whole.signature) };
  return /** @type {RuntimeManifest} */ ({ name, version, assets, commands, ...signature });
}

/**
 * @param {RuntimeManifest} manifest
 * @returns {Uint8Array<ArrayBuffer>} what its signature is about: keys sorted, no spaces, UTF-8
 */
export function signedBytes({ name, version, assets, commands }) {
  const value = {
    assets: assets.map(({ path, sha256, size }) => ({ path, sha256, size })).sort((a, b) => order(a.path, b.path)),
    commands: commands.map((each) => ({ modulePath: each.modulePath, name: each.name })).sort(byName),
    name,
    version,
  };
  return new TextEncoder().encode(JSON.stringify(value));
}

/**
 * @param {unknown} value
 * @returns {RuntimeAsset}
 */
function readAsset(value) {
  const { path, sha256, size } = members(value, "assets", ["path", "sha256", "size"]);
  requirePath(path);
  if (typeof sha256 !== "string" || !SHA256.test(sha256)) throw refused("BundleManifest: 'sha256' must be a hash");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw refused("BundleManifest: 'size' must be a number of bytes");
  }
  return { path: String(path), sha256, size };
}

/** @param {unknown} value */
function readCommand(value) {
  const { name, modulePath } = members(value, "commands", ["name", "modulePath"]);
  if (typeof name !== "string" || !COMMAND.test(name)) throw refused("BundleManifest: not the name of a command");
  requirePath(modulePath);
  return { name, modulePath: String(modulePath) };
}

/** @param {unknown} value */
function readSignature(value) {
  const { keyId, alg, sigBase64 } = members(value, "signature", ["keyId", "alg", "sigBase64"]);
  for (const [field, text] of Object.entries({ keyId, alg, sigBase64 })) requireText(text, field);
  return { keyId: String(keyId), alg: String(alg), sigBase64: String(sigBase64) };
}

/** @param {unknown} path */
function requirePath(path) {
  requireText(path, "path");
  const text = String(path);
  const isInside = !text.split("/").some((part) => part === "." || part === "..");
  if (!PATH.test(text) || !isInside || text.length > MOST_PATH || text.toLowerCase() === "manifest.json") {
    throw refused(`BundleManifest: path not allowed: ${JSON.stringify(text)}`);
  }
}

/**
 * @param {unknown} text
 * @param {string} field
 */
function requireText(text, field) {
  if (typeof text !== "string" || text === "") throw refused(`BundleManifest: '${field}' must be a non-empty string`);
}

/** @param {readonly string[]} texts */
function requireDistinct(texts) {
  if (new Set(texts).size !== texts.length) throw refused("BundleManifest: a path or a command stands twice");
}

/**
 * @param {unknown} value
 * @param {string} field
 * @returns {readonly unknown[]}
 */
function list(value, field) {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ASSETS) {
    throw refused(`BundleManifest: '${field}' must be a list that is not empty`);
  }
  return value;
}

/**
 * @param {unknown} value
 * @param {string} place
 * @param {readonly string[]} required
 * @param {readonly string[]} [optional]
 * @returns {Record<string, unknown>}
 */
function members(value, place, required, optional = []) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused(`BundleManifest: ${place || "the manifest"} is not an object`);
  }
  for (const key of Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key)) throw refused(`BundleManifest: unknown member '${key}'`);
  }
  return { ...value };
}

/**
 * @param {string} a
 * @param {string} b
 */
function order(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * @param {{name: string}} a
 * @param {{name: string}} b
 */
function byName(a, b) {
  return order(a.name, b.name);
}
