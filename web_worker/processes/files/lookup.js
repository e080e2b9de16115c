/** Finds what a path leads to, inside one folder: neither `..` nor a link leads out of it. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "./errno.js";
import { byteLength, File, Folder, Link } from "./nodes.js";

const MOST_LINKS = 40;
const LONGEST_PATH = 4095;
const LONGEST_NAME = 255;

/**
 * @typedef {object} Found
 * @property {Folder} folder that holds it, or would
 * @property {string} name in that folder; `.` if the path leads to a folder without naming its entry
 * @property {import("./nodes.js").Node | null} node null if there is none yet
 * @property {boolean} isFolder whether the path ends like that of a folder, with a slash
 */

/**
 * @param {Folder} base where the path begins
 * @param {string} path
 * @param {{follow: boolean}} options whether a link at its end is followed
 * @returns {Found}
 * @throws {Errno} if something above it is missing or no folder, or is outside
 */
export function find(base, path, { follow }) {
  const stack = [base];
  const pending = [partsOf(path)];
  let isFolder = isFolderPath(path);
  let links = 0;
  for (let part = next(pending); part !== undefined; part = next(pending)) {
    if (part === "..") {
      if (stack.length === 1) throw new Errno(wasi.ERRNO_PERM);
      stack.pop();
      continue;
    }
    if (byteLength(part) > LONGEST_NAME) throw new Errno(wasi.ERRNO_NAMETOOLONG);
    const folder = stack[stack.length - 1];
    const node = folder.entries.get(part) ?? null;
    const isLast = pending.length === 0;
    if (node instanceof Link && (!isLast || follow || isFolder)) {
      links += 1;
      if (links > MOST_LINKS) throw new Errno(wasi.ERRNO_LOOP);
      isFolder ||= isLast && isFolderPath(node.target);
      pending.push(partsOf(node.target));
      continue;
    }
    if (isLast) {
      if (isFolder && node instanceof File) throw new Errno(wasi.ERRNO_NOTDIR);
      return { folder, name: part, node, isFolder };
    }
    if (node === null) throw new Errno(wasi.ERRNO_NOENT);
    if (!(node instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
    stack.push(node);
  }
  const folder = stack[stack.length - 1];
  return { folder, name: ".", node: folder, isFolder: true };
}

/**
 * @param {Folder} base
 * @param {string} path
 * @param {{follow: boolean}} options
 * @returns {Found & {node: import("./nodes.js").Node}}
 * @throws {Errno} also if there is nothing
 */
export function findExisting(base, path, options) {
  const found = find(base, path, options);
  if (found.node === null) throw new Errno(wasi.ERRNO_NOENT);
  return /** @type {any} */ (found);
}

/**
 * Take the next part; lists that are used up are dropped.
 * @param {string[][]} pending the last one comes first, and its parts from the end
 */
function next(pending) {
  while (pending.length > 0 && pending[pending.length - 1].length === 0) pending.pop();
  const part = pending[pending.length - 1]?.pop();
  while (pending.length > 0 && pending[pending.length - 1].length === 0) pending.pop();
  return part;
}

/** @param {string} path */
function partsOf(path) {
  if (path.startsWith("/")) throw new Errno(wasi.ERRNO_PERM);
  if (path.length > LONGEST_PATH) throw new Errno(wasi.ERRNO_NAMETOOLONG);
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .reverse();
}

/** @param {string} path */
function isFolderPath(path) {
  return path.endsWith("/") || path.endsWith("/.") || path === ".";
}
