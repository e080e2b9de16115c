/** Ed25519 signatures of bundles, by the browser's own WebCrypto. */
import { PybridgeError } from "../../host/wire/errors.js";
import { refused, signedBytes } from "./bundle_manifest.js";

/**
 * @typedef {import("../../generated/abi.js").RuntimeManifest} RuntimeManifest
 *
 * @typedef {string | {kty?: string, crv?: string, x?: string}} PublicKey base64 of 32 bytes, or a JWK
 */

const ALGORITHM = "Ed25519";
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * @param {RuntimeManifest} manifest
 * @param {Readonly<Record<string, PublicKey>>} keys by their id
 * @throws {PybridgeError} `integrity` when it was not signed by one of these keys, `unavailable` without Ed25519
 */
export async function requireSigned(manifest, keys) {
  const { signature } = manifest;
  if (!signature) throw refused("manifest signature required");
  if (signature.alg !== "ed25519") throw refused("unsupported signature algorithm");
  const known = Object.hasOwn(keys, signature.keyId) ? keys[signature.keyId] : undefined;
  if (known === undefined) throw refused(`unknown signature keyId: ${signature.keyId}`);
  const bytes = decoded(signature.sigBase64, SIGNATURE_BYTES, "signature");
  const key = await imported(rawKey(known));
  if (!(await crypto.subtle.verify(ALGORITHM, key, bytes, signedBytes(manifest)))) {
    throw refused("invalid manifest signature");
  }
}

/** @param {Uint8Array<ArrayBuffer>} raw */
async function imported(raw) {
  try {
    return await crypto.subtle.importKey("raw", raw, ALGORITHM, false, ["verify"]);
  } catch (error) {
    const message = `this browser cannot verify Ed25519 signatures: ${error}`;
    throw new PybridgeError({ code: "unavailable", message, hint: "use a browser of 2025 or later" });
  }
}

/** @param {PublicKey} key */
function rawKey(key) {
  if (typeof key === "string") return decoded(key, KEY_BYTES, "public key");
  if (key.kty !== "OKP" || key.crv !== ALGORITHM || typeof key.x !== "string") {
    throw refused("invalid Ed25519 public key: another kind of JWK");
  }
  const text = key.x.replaceAll("-", "+").replaceAll("_", "/");
  return decoded(text.padEnd(Math.ceil(text.length / 4) * 4, "="), KEY_BYTES, "public key");
}

/**
 * @param {string} text base64
 * @param {number} length
 * @param {string} what
 * @returns {Uint8Array<ArrayBuffer>}
 */
function decoded(text, length, what) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw refused(`invalid Ed25519 ${what}: not base64`);
  }
  if (binary.length !== length) {
    throw refused(`invalid Ed25519 ${what} length: ${binary.length} (expected ${length})`);
  }
  if (btoa(binary) !== text) throw refused(`invalid Ed25519 ${what}: not base64 in its one form`);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
