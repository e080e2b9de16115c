/** Whether a place in the tree may be made, or replaced: in the order in which Linux asks. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "./errno.js";
import { find } from "./lookup.js";
import { Folder } from "./nodes.js";

/**
 * @param {Folder} base
 * @param {string} path
 * @returns {import("./lookup.js").Found} a place where nothing is
 */
export function findFree(base, path) {
  const found = find(base, path, "slash");
  requireFree(found);
  return found;
}

/** @param {import("./lookup.js").Found} found */
export function requireFree(found) {
  requireFolderPath(found);
  if (found.node !== null) throw new Errno(wasi.ERRNO_EXIST);
}

/** @param {import("./lookup.js").Found} found of which the path may be that of a folder, with a slash at the end */
export function requireFolderPath({ node, isFolder }) {
  if (isFolder && node === null) throw new Errno(wasi.ERRNO_NOENT);
  if (isFolder && !(node instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
}

/** @param {Folder} folder */
export function requireThere(folder) {
  if (folder.isRemoved) throw new Errno(wasi.ERRNO_NOENT);
}

/**
 * @param {import("./nodes.js").Node} node
 * @param {import("./nodes.js").Node | null} replaced
 */
export function requireReplaceable(node, replaced) {
  if (replaced === null) return;
  if (node instanceof Folder && !(replaced instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
  if (!(node instanceof Folder) && replaced instanceof Folder) throw new Errno(wasi.ERRNO_ISDIR);
}
