/** Finds what a path leads to, inside one folder: neither `..` nor a link leads out of it. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "./errno.js";
import { byteLength, Folder, Link } from "./nodes.js";

const MOST_LINKS = 40;
const LONGEST_PATH = 4095;
const LONGEST_NAME = 255;

/**
 * @typedef {object} Found
 * @property {Folder} folder that holds it, or would
 * @property {string} name in that folder; `.` if the path ends with `.` or `..`, and so names no entry
 * @property {import("./nodes.js").Node | null} node null if there is none yet
 * @property {boolean} isFolder whether the path ends like that of a folder, with a slash
 */

/**
 * Whether a link at the end of a path is followed: always, with a slash behind it, without one, or never.
 * @typedef {"always" | "slash" | "unless slash" | "never"} Follow
 */

/**
 * @param {Folder} base where the path begins
 * @param {string} path
 * @param {Follow} follow
 * @returns {Found}
 * @throws {Errno} if something above it is missing or no folder, or is outside
 */
export function find(base, path, follow) {
  const stack = [base];
  const pending = [partsOf(path)];
  let isFolder = path.endsWith("/");
  let links = 0;
  for (let part = next(pending); part !== undefined; part = next(pending)) {
    if (part === ".") continue;
    if (part === "..") {
      if (stack.length === 1) throw new Errno(wasi.ERRNO_PERM);
      stack.pop();
      continue;
    }
    if (byteLength(part) > LONGEST_NAME) throw new Errno(wasi.ERRNO_NAMETOOLONG);
    const folder = stack[stack.length - 1];
    const node = folder.entries.get(part) ?? null;
    const isLast = pending.length === 0;
    const isFollowed = follow === "always" || follow === (isFolder ? "slash" : "unless slash");
    if (node instanceof Link && (!isLast || isFollowed)) {
      links += 1;
      if (links > MOST_LINKS) throw new Errno(wasi.ERRNO_LOOP);
      isFolder ||= isLast && node.target.endsWith("/");
      pending.push(partsOf(node.target));
      continue;
    }
    if (isLast) return { folder, name: part, node, isFolder };
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
 * @param {Follow} follow
 * @returns {Found & {node: import("./nodes.js").Node}}
 * @throws {Errno} also if there is nothing, or a file with a slash behind it
 */
export function findExisting(base, path, follow) {
  const found = find(base, path, follow);
  if (found.node === null) throw new Errno(wasi.ERRNO_NOENT);
  if (found.isFolder && !(found.node instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
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
  const parts = path.split("/").filter((part) => part !== "");
  // A dot at the end says something: that what is before it is a folder.
  return parts.filter((part, at) => part !== "." || at === parts.length - 1).reverse();
}
