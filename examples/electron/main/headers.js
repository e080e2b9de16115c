/** Under which headers the application's files are served. */
import path from "node:path";
import { FRAME_HOSTS } from "../app/frame_hosts.js";

const PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** The notebook: the project's pictures and sounds, and the videos of listed hosts. */
const NOTEBOOK_POLICY = policy(
  ...PAGE,
  "media-src 'self'",
  `frame-src 'self' ${FRAME_HOSTS.map((host) => `https://${host}`).join(" ")}`,
);

const STUDIO_POLICY = policy(...PAGE, "frame-src 'self'");

/** The studio shows a rendered document in this page: no script, no request to anybody else. */
const PREVIEW_POLICY = policy(
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-same-origin",
);

/** At isolation level `worker` the worker runs under this; at `origin` it is only fetched. */
const WORKER_POLICY = policy(
  "default-src 'none'",
  "script-src 'wasm-unsafe-eval'",
  "connect-src 'none'",
  "worker-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types pb",
);

/** A media file may be anybody's: opened on its own, it runs nothing and has no origin. */
const MEDIA_POLICY = policy("default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'none'", "sandbox");

/** By the place below the scheme's host; any other file has the notebook's. */
const POLICIES = new Map([
  ["pybridge/worker.bin", WORKER_POLICY],
  ["pybridge/studio/index.html", STUDIO_POLICY],
  ["pybridge/studio/preview.html", PREVIEW_POLICY],
  // The frame's policy is inside it and stricter; the page's on top would refuse the frame's own script.
  ["pybridge/frame.htm", null],
]);

/** Every answer: own processes for our pages (COOP, COEP), nobody else's page may take our files in (CORP). */
export const COMMON = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const SCRIPT = "text/javascript; charset=utf-8";

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": SCRIPT,
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/**
 * @param {string} place of a file of the application, with slashes
 * @returns {Record<string, string>}
 */
export function fileHeaders(place) {
  const type = place === "pybridge/worker.bin" ? SCRIPT : TYPES[path.posix.extname(place)];
  const headers = { ...COMMON, "content-type": type ?? "application/octet-stream" };
  const own = POLICIES.has(place) ? POLICIES.get(place) : NOTEBOOK_POLICY;
  return own ? { ...headers, "content-security-policy": own } : headers;
}

/**
 * @param {string} type
 * @returns {Record<string, string>}
 */
export function mediaHeaders(type) {
  return {
    ...COMMON,
    "content-type": type,
    "content-security-policy": MEDIA_POLICY,
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
  };
}

/** @param {string[]} directives */
function policy(...directives) {
  return directives.join("; ");
}
