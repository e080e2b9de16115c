/** The project's pictures, videos and sounds: files below its folder `media`, whole or a range. Knows nothing of Electron. */
import { constants } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { mediaHeaders } from "./headers.js";
import { MEDIA } from "./pages.js";

/** By suffix; no other file is served. @type {Readonly<Record<string, string>>} */
export const MEDIA_TYPES = {
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".gif": "image/gif",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".mp4": "video/mp4",
  ".ogv": "video/ogg",
  ".webm": "video/webm",
  ".aac": "audio/aac",
  ".flac": "audio/flac",
  ".m4a": "audio/mp4",
  ".mp3": "audio/mpeg",
  ".oga": "audio/ogg",
  ".ogg": "audio/ogg",
  ".opus": "audio/ogg",
  ".wav": "audio/wav",
};

/** A pipe would wait for a writer; a link that was put there after the check is not followed. Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * @param {Request} request GET or HEAD
 * @param {string[]} names segments of the path below `media`
 * @param {string} project
 * @returns {Promise<Response | null>} null when there is no such media file
 */
export async function answerMedia(request, names, project) {
  if (!isMediaFile(names)) return null;
  const file = await openInside(project, names);
  if (file === null) return null;
  const { handle, size, type } = file;
  const headers = mediaHeaders(type);
  const range = rangeOf(request.headers.get("range"), size);
  const isRead = range !== null && range.length > 0 && request.method !== "HEAD";
  if (!isRead) await handle.close();
  if (range === null)
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${size}` } });
  headers["content-length"] = String(range.length);
  if (range.isPart) headers["content-range"] = `bytes ${range.start}-${range.start + range.length - 1}/${size}`;
  return new Response(isRead ? streamOf(handle, range) : null, { status: range.isPart ? 206 : 200, headers });
}

/** Hidden files are not for pages, and Electron would read an archive in the project as a folder. @param {string[]} names */
function isMediaFile(names) {
  const isVisible = names.every((name) => !name.startsWith(".") && !name.toLowerCase().endsWith(".asar"));
  return isVisible && typeOf(names) !== undefined;
}

/** @param {string[]} names */
function typeOf(names) {
  return MEDIA_TYPES[path.extname(names.at(-1) ?? "").toLowerCase()];
}

/**
 * Opens an ordinary file that lies in the folder itself: links may lead elsewhere in it, but not out of it.
 * @param {string} project
 * @param {string[]} names
 */
async function openInside(project, names) {
  let handle;
  try {
    const root = path.join(await realpath(project), MEDIA);
    const real = await realNames(root, names);
    handle = await open(path.join(root, ...real), FLAGS);
    const opened = await handle.stat({ bigint: true });
    // A folder on the way may have become a link between the two steps: what was opened must still be there.
    const now = await stat(path.join(root, ...(await realNames(root, names))), { bigint: true });
    if (opened.isFile() && opened.dev === now.dev && opened.ino === now.ino)
      return { handle, size: Number(opened.size), type: typeOf(real) };
  } catch {
    // not there, not readable, or not inside
  }
  await handle?.close();
  return null;
}

/**
 * Follows links; rejects when they lead out of the folder, or to something that is not a media file.
 * @param {string} root
 * @param {string[]} names
 */
async function realNames(root, names) {
  const real = path.relative(root, await realpath(path.join(root, ...names))).split(path.sep);
  if (path.isAbsolute(real.join(path.sep)) || !isMediaFile(real)) throw new Error("outside"); // ".." begins with a dot
  return real;
}

/**
 * Reads a header of one range; others (several ranges, another unit) are answered with the whole file.
 * @param {string | null} header
 * @param {number} size
 * @returns {{start: number, length: number, isPart: boolean} | null} null when it lies outside of the file
 */
export function rangeOf(header, size) {
  const whole = { start: 0, length: size, isPart: false };
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return whole;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && start > Number(last)) return whole;
  return start > end ? null : { start, length: end - start + 1, isPart: true };
}

/**
 * Closes the file at its end, and when the page wants no more of it.
 * @param {import("node:fs/promises").FileHandle} handle
 * @param {{start: number, length: number}} range
 */
function streamOf(handle, { start, length }) {
  const stream = handle.createReadStream({ start, end: start + length - 1 });
  return /** @type {ReadableStream<Uint8Array>} */ (Readable.toWeb(stream));
}
