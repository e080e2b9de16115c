/**
 * Pictures, videos and sounds of the project for the rendered document. Its frame makes no requests: the page fetches the
 * files with its key and gives the frame their addresses.
 */

/** An SVG becomes a data URL: opened on its own, it has an opaque origin; a blob would have this page's. */
const SVG = "image/svg+xml";

/**
 * @param {((path: string) => Promise<Blob>) | null} fetchFile gets a file of the project; null if the page has no access
 */
export function createMedia(fetchFile) {
  /** Addresses by path, while the document is shown. @type {Map<string, Promise<string>>} */
  const known = new Map();
  /** Those that are already fetched. @type {Map<string, string>} */
  const ready = new Map();

  /** @param {string} path */
  async function load(path) {
    const blob = await /** @type {(path: string) => Promise<Blob>} */ (fetchFile)(path);
    const url = blob.type === SVG ? await dataUrl(blob) : URL.createObjectURL(blob);
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

    /** Forget all files: they may have changed. */
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
 * Resolve the address of a document's media file.
 * @param {string} address as written in the document
 * @param {string | null} document path of the document; null for the scratch document
 * @returns {{path: string} | {host: string} | null} in the project or on another host; null for a data URL
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
