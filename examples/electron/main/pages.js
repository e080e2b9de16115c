/** The pages of the application, each in a window of its own, and what each may ask of the service. */

export const SCHEME = "app";
export const HOST = "notebook";
export const ORIGIN = `${SCHEME}://${HOST}`;

/** First segment of the addresses of the project's media files. */
export const MEDIA = "media";

/** What the notebook needs: it reads documents and scripts, and writes nothing. */
const NOTEBOOK = ["documents.list", "documents.prepare", "project.shared", "scripts.sources"];

/** What the studio needs: it writes scripts and documents. */
const STUDIO_METHODS = [
  "documents.html",
  "documents.list",
  "documents.prepare",
  "documents.read",
  "documents.write",
  "index.diff",
  "index.sync",
  "project.info",
  "project.seed",
  "project.shared",
  "scripts.aliases",
  "scripts.create",
  "scripts.delete",
  "scripts.disable",
  "scripts.enable",
  "scripts.history",
  "scripts.list",
  "scripts.read",
  "scripts.rename",
  "scripts.restore",
  "scripts.sources",
  "scripts.update",
  "scripts.version",
  "scripts.write",
];

/** The methods that a page may call, by its path. @type {ReadonlyMap<string, ReadonlySet<string>>} */
export const METHODS_OF = new Map([
  ["/", new Set(NOTEBOOK)],
  ["/pybridge/studio/", new Set(STUDIO_METHODS)],
]);

export const HOME = `${ORIGIN}/`;
export const STUDIO = `${ORIGIN}/pybridge/studio/`;

/**
 * Returns the page that an address shows, by its path; null for anything else.
 * @param {string} url
 */
export function pageOf(url) {
  const path = pathOf(url);
  return path !== null && METHODS_OF.has(path) ? path : null;
}

/**
 * Whether an address is that of a media file, which gets a window without a preload.
 * @param {string} url
 */
export function isMedia(url) {
  return pathOf(url)?.startsWith(`/${MEDIA}/`) ?? false;
}

/** @param {string} url */
function pathOf(url) {
  if (!URL.canParse(url)) return null;
  const { protocol, host, username, password, pathname } = new URL(url);
  const isOurs = protocol === `${SCHEME}:` && host === HOST && username === "" && password === "";
  return isOurs ? pathname : null;
}
