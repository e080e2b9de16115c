/** The application's own scheme: which file answers an address, and under which headers. Knows nothing of Electron. */
import path from "node:path";
import { segments } from "./paths.js";

export const SCHEME = "app";
export const HOST = "notebook";

/** What `protocol.registerSchemesAsPrivileged` gets; `codeCache` keeps compiled JavaScript between starts. */
export const PRIVILEGES = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };

export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** At isolation level `worker` the worker runs under this; at `origin` it is only fetched. */
const WORKER_POLICY =
  "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'; worker-src 'none'; require-trusted-types-for 'script'; trusted-types pb";

/** The studio shows a rendered document in this page: no script, no request to anybody else. */
const PREVIEW_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-same-origin",
].join("; ");

const POLICIES = { "worker.bin": WORKER_POLICY, "preview.html": PREVIEW_POLICY };

/** Every answer: own processes for our pages (COOP, COEP), nobody else's page may take our files in (CORP). */
const COMMON = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const TYPES = {
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Uint8Array} body
 */

/**
 * @param {string} url the address asked for
 * @param {Readonly<Record<string, string>>} roots folder by first segment; `""` is the application's own
 * @param {(file: string) => Promise<Uint8Array>} read rejects when there is no such file
 * @returns {Promise<Answer>}
 */
export async function answer(url, roots, read) {
  const file = locate(url, roots);
  if (file === null) return refusal(404);
  try {
    return { status: 200, headers: headersFor(file), body: await read(file) };
  } catch {
    return refusal(404);
  }
}

/**
 * @param {string} url
 * @param {Readonly<Record<string, string>>} roots
 */
export function locate(url, roots) {
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== `${SCHEME}:` || host !== HOST) return null;
  const names = segments(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  if (names === null) return null;
  const [first, ...rest] = names;
  const mounted = rest.length > 0 && Object.hasOwn(roots, first);
  return path.join(roots[mounted ? first : ""], ...(mounted ? rest : names));
}

/** @param {string} file */
function headersFor(file) {
  const name = path.basename(file);
  const type = TYPES[/** @type {keyof typeof TYPES} */ (path.extname(file))] ?? "application/octet-stream";
  const headers = { ...COMMON, "content-type": type };
  // The frame's policy is inside it and stricter; the page's on top would refuse the frame's own script.
  if (name === "frame.htm") return headers;
  if (name === "worker.bin") headers["content-type"] = TYPES[".js"];
  const policy = POLICIES[/** @type {keyof typeof POLICIES} */ (name)] ?? PAGE_POLICY;
  return { ...headers, "content-security-policy": policy };
}

/** @param {number} status */
function refusal(status) {
  return { status, headers: { ...COMMON, "content-type": "text/plain" }, body: new Uint8Array() };
}
