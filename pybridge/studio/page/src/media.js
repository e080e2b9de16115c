/**
 * Pictures, videos and sounds of the project for the rendered document. Its frame asks nobody for anything: the page fetches
 * them with its key, and hands them over.
 */

/** What an SVG becomes: opened by itself it belongs to nobody, unlike a blob, which is of this page. */
const AS_TEXT = "image/svg+xml";

/**
 * @param {((path: string) => Promise<Blob>) | null} fetchFile gets a file of the project; null where the page cannot
 */
export function createMedia(fetchFile) {
  /** Addresses by path, for as long as the document is shown. @type {Map<string, Promise<string>>} */
  const known = new Map();
  /** Those that are there already. @type {Map<string, string>} */
  const ready = new Map();

  /** @param {string} path */
  async function load(path) {
    const blob = await /** @type {(path: string) => Promise<Blob>} */ (fetchFile)(path);
    const url = blob.type === AS_TEXT ? await dataUrl(blob) : URL.createObjectURL(blob);
    ready.set(path, url);
    return url;
  }

  return {
    isThere: fetchFile !== null,

    /** @param {string} path @returns {string | null} its address, if it was fetched before */
    known: (path) => ready.get(path) ?? null,

    /** @param {string} path @returns {Promise<string>} its address */
    get(path) {
      const before = known.get(path);
      if (before) return before;
      const loading = load(path);
      known.set(path, loading);
      return loading;
    },

    /** Look at the files again: they may be others. */
    forget() {
      for (const url of ready.values()) if (url.startsWith("blob:")) URL.revokeObjectURL(url);
      known.clear();
      ready.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createMedia>} Media */

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
async function dataUrl(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return `data:${blob.type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

/**
 * Where a document's picture is.
 * @param {string} address as the document has it
 * @param {string | null} document path of the document; null for the scratch document
 * @returns {{path: string} | {host: string} | null} in the project, or elsewhere; null for what it brings along
 */
export function placeOf(address, document) {
  const here = new URL(encodeURI(document ?? ""), "http://project.invalid/");
  if (!URL.canParse(address, here)) return { path: address };
  const url = new URL(address, here);
  if (url.protocol === "data:") return null;
  if (url.host !== here.host) return { host: url.host || url.protocol };
  try {
    return { path: decodeURIComponent(url.pathname).replace(/^\//, "") };
  } catch {
    return { path: address };
  }
}
