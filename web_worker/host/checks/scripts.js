/** Compares what a worker says of scripts with the scripts it was sent. */

/**
 * @typedef {{path: string, content: string, origin?: string}} Source
 */

/**
 * @param {readonly Source[]} sources
 * @param {any} message `loaded` or `refused`
 * @throws {Error} when it is not about these scripts, in their order
 */
export function checkLoaded(sources, { kind, error, scripts }) {
  if (kind === "refused") throw new Error(`it refused the scripts: ${error.message}`);
  if (scripts.length !== sources.length) throw new Error("it has another number of scripts");
  for (const [index, source] of sources.entries()) checkSource(source, scripts[index]);
}

/**
 * @param {Source} source
 * @param {any} script valid by its schema
 * @throws {Error} when it is another script; see `areOf` for its hash
 */
export function checkSource({ path, origin }, script) {
  if (script.path !== path) throw new Error("it has another script");
  if (origin !== undefined && script.origin !== origin) throw new Error("it has another origin");
}

/**
 * Whether scripts have the hashes of what was sent: by its hash a script is counted that costs workers.
 * @param {readonly any[]} scripts
 * @param {readonly string[]} hashes
 */
export function areOf(scripts, hashes) {
  return scripts.every(({ sha256 }, index) => sha256 === hashes[index]);
}

/** The worker's exit when they have not. */
export const OTHER_SCRIPT = Object.freeze({
  code: "crash",
  message: "the worker's reply does not fit: it has another script",
});

/**
 * @param {string} text
 * @returns {Promise<string>}
 */
export async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
