/** The application's own scheme: which file answers a request. Knows nothing of Electron. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { COMMON, fileHeaders } from "./headers.js";
import { answerMedia } from "./media.js";
import { HOST, MEDIA, SCHEME } from "./pages.js";
import { segments } from "./paths.js";

export { SCHEME } from "./pages.js";

/** What `protocol.registerSchemesAsPrivileged` gets; `codeCache` keeps compiled JavaScript, `stream` lets media seek. */
export const PRIVILEGES = { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true };

/**
 * @typedef {object} Places
 * @property {Readonly<Record<string, string>>} roots folder by first segment; `""` is the application's own
 * @property {string} project folder of the project, whose media files are served
 * @property {(file: string) => Promise<Uint8Array>} [read] rejects when there is no such file
 */

/**
 * @param {Request} request
 * @param {Places} places
 * @returns {Promise<Response>}
 */
export async function answer(request, { roots, project, read = readFile }) {
  const names = namesOf(request.url);
  if (names === null) return refusal(404);
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405);
  if (names[0] === MEDIA) return (await answerMedia(request, names.slice(1), project)) ?? refusal(404);
  try {
    const content = await read(fileOf(names, roots));
    const body = request.method === "HEAD" ? null : new Uint8Array(content);
    return new Response(body, { headers: fileHeaders(names.join("/")) });
  } catch {
    return refusal(404);
  }
}

/**
 * Returns the file of the application that an address means; null when it means none.
 * @param {string} url
 * @param {Readonly<Record<string, string>>} roots
 */
export function locate(url, roots) {
  const names = namesOf(url);
  return names === null || names[0] === MEDIA ? null : fileOf(names, roots);
}

/** @param {string} url */
function namesOf(url) {
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== `${SCHEME}:` || host !== HOST) return null;
  return segments(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
}

/**
 * @param {string[]} names
 * @param {Readonly<Record<string, string>>} roots
 */
function fileOf(names, roots) {
  const [first, ...rest] = names;
  const isMounted = rest.length > 0 && Object.hasOwn(roots, first);
  return path.join(roots[isMounted ? first : ""], ...(isMounted ? rest : names));
}

/** @param {number} status */
function refusal(status) {
  return new Response(null, { status, headers: { ...COMMON, "content-type": "text/plain" } });
}
