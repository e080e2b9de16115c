/** A file tree in memory, with limits; what changes it goes through here, so that everything is counted. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno, LimitBroken } from "./errno.js";
import { find, findExisting } from "./lookup.js";
import { File, Folder, Link } from "./nodes.js";
import { findFree, requireFolderPath, requireFree, requireReplaceable, requireThere } from "./places.js";

/** Folders inside each other. */
export const DEEPEST = 64;

const LONGEST_TARGET = 4095;
const UNLIMITED = { filesBytes: Number.POSITIVE_INFINITY, fileCount: Number.POSITIVE_INFINITY };

/**
 * @typedef {{filesBytes: number, fileCount: number}} TreeLimits
 * @typedef {import("./nodes.js").Node} Node
 */

export class Tree {
  root = new Folder(null);
  /** Counts all changes. */
  version = 0;
  #limits = UNLIMITED;
  #bytes = 0;
  #files = 0;
  #folders = 0;

  /**
   * Put a file in place, with the folders above it.
   * @param {string} path absolute, and free
   * @param {Uint8Array} content belongs to the tree from now on
   */
  place(path, content) {
    const folder = this.placeFolder(path.slice(0, path.lastIndexOf("/")));
    this.#set(folder, path.slice(path.lastIndexOf("/") + 1), new File(content));
    this.#bytes += content.length;
  }

  /**
   * Put a folder in place, with those above it.
   * @param {string} path absolute
   */
  placeFolder(path) {
    let folder = this.root;
    for (const name of path.split("/").filter(Boolean)) {
      let next = folder.entries.get(name);
      if (next === undefined) {
        next = new Folder(folder);
        this.#set(folder, name, next);
      }
      folder = /** @type {Folder} */ (next);
    }
    return folder;
  }

  /**
   * From now on the tree is that of a process. Folders that are in place do not count.
   * @param {TreeLimits} limits
   */
  limit(limits) {
    this.#limits = limits;
    this.#folders = 0;
  }

  /**
   * Find or make a file.
   * @param {Folder} base
   * @param {string} path
   * @param {{follow: boolean, isMade: boolean, isNew: boolean}} how whether it is made if it is missing, and must not be there
   * @returns {Node}
   */
  open(base, path, { follow, isMade, isNew }) {
    if (!isMade) return findExisting(base, path, follow ? "always" : "slash").node;
    const found = find(base, path, follow && !isNew ? "unless slash" : "never");
    if (isNew && found.name === ".") throw new Errno(wasi.ERRNO_EXIST);
    if (found.isFolder) throw new Errno(wasi.ERRNO_ISDIR);
    if (found.node === null) return this.#enter(found, new File());
    if (isNew) throw new Errno(wasi.ERRNO_EXIST);
    return found.node;
  }

  /**
   * @param {Folder} base
   * @param {string} path
   */
  makeFolder(base, path) {
    const found = find(base, path, "never");
    if (found.node !== null) throw new Errno(wasi.ERRNO_EXIST);
    if (found.folder.depth >= DEEPEST) throw tooDeep();
    this.#enter(found, new Folder(found.folder));
  }

  /**
   * @param {Folder} base
   * @param {string} path
   * @param {string} target
   */
  makeLink(base, path, target) {
    if (target.startsWith("/")) throw new Errno(wasi.ERRNO_PERM);
    if (target === "" || target.length > LONGEST_TARGET) throw new Errno(wasi.ERRNO_NOENT);
    this.#enter(findFree(base, path), new Link(target));
  }

  /**
   * Make another entry for a file or a link.
   * @param {Folder} oldBase
   * @param {string} oldPath
   * @param {Folder} newBase
   * @param {string} newPath
   */
  link(oldBase, oldPath, newBase, newPath) {
    const old = oldPath.endsWith("/") ? findExisting(oldBase, oldPath, "slash") : find(oldBase, oldPath, "never");
    const found = find(newBase, newPath, "slash");
    requireFolderPath(found);
    const { node } = old;
    if (node === null) throw new Errno(wasi.ERRNO_NOENT);
    requireFree(found);
    if (node instanceof Folder) throw new Errno(wasi.ERRNO_PERM);
    requireThere(found.folder);
    this.#weighed(node, () => {
      node.links += 1;
    });
    this.#set(found.folder, found.name, node);
  }

  /**
   * @param {Folder} base
   * @param {string} path
   */
  removeFile(base, path) {
    const { folder, name, node } = findExisting(base, path, "slash");
    if (node instanceof Folder) throw new Errno(wasi.ERRNO_ISDIR);
    this.#drop(folder, name, node);
  }

  /**
   * @param {Folder} base
   * @param {string} path
   */
  removeFolder(base, path) {
    const { folder, name, node, isFolder } = findExisting(base, path, "slash");
    if (!(node instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
    if (name === "." || isFolder) throw new Errno(wasi.ERRNO_INVAL);
    this.#drop(folder, name, node);
  }

  /**
   * @param {Folder} oldBase
   * @param {string} oldPath
   * @param {Folder} newBase
   * @param {string} newPath
   */
  rename(oldBase, oldPath, newBase, newPath) {
    const from = find(oldBase, oldPath, "never");
    const to = find(newBase, newPath, "never");
    if (from.name === "." || to.name === ".") throw new Errno(wasi.ERRNO_BUSY);
    const { node } = from;
    if (node === null) throw new Errno(wasi.ERRNO_NOENT);
    if ((from.isFolder || to.isFolder) && !(node instanceof Folder)) throw new Errno(wasi.ERRNO_NOTDIR);
    if (node instanceof Folder && to.folder.isWithin(node)) throw new Errno(wasi.ERRNO_INVAL);
    if (to.node instanceof Folder && from.folder.isWithin(to.node)) throw new Errno(wasi.ERRNO_NOTEMPTY);
    if (to.node === node) return;
    requireThere(to.folder);
    requireReplaceable(node, to.node);
    if (to.node !== null) this.#drop(to.folder, to.name, to.node);
    from.folder.entries.delete(from.name);
    from.folder.touch();
    if (node instanceof Folder) node.above = to.folder;
    this.#count(node, -1);
    this.#set(to.folder, to.name, node);
  }

  /**
   * @param {File} file
   * @param {number} offset
   * @param {Uint8Array} bytes at least one
   * @returns {number} how many were written: of those that would make the file too large only the first
   */
  write(file, offset, bytes) {
    const room = this.#limits.filesBytes - offset;
    if (room <= 0) throw new Errno(wasi.ERRNO_FBIG);
    const fitting = bytes.subarray(0, room);
    this.#grow(file, Math.max(file.size, offset + fitting.length), () => file.write(offset, fitting));
    return fitting.length;
  }

  /**
   * @param {File} file
   * @param {number} size
   */
  resize(file, size) {
    this.#grow(file, size, () => file.resize(size));
  }

  /**
   * Note that a file was opened, or closed. One that has no name any more counts as long as it is open.
   * @param {File} file
   * @param {1 | -1} by
   */
  reopen(file, by) {
    this.#weighed(file, () => {
      file.opened += by;
    });
  }

  /**
   * @param {File} file
   * @param {number} size
   * @param {() => void} act
   */
  #grow(file, size, act) {
    if (size > this.#limits.filesBytes) throw new Errno(wasi.ERRNO_FBIG);
    const added = (size - file.size) * file.weight;
    if (added > 0) this.#require(this.#bytes + added);
    this.#weighed(file, act);
    this.version += 1;
  }

  /**
   * @param {Node} node
   * @param {() => void} act which may change its size, or how often it counts
   */
  #weighed(node, act) {
    const weighed = () => (node instanceof File ? node.size * node.weight : 0);
    const before = weighed();
    act();
    this.#bytes += weighed() - before;
    this.#require(this.#bytes);
  }

  /**
   * @template {Node} N
   * @param {import("./lookup.js").Found} found
   * @param {N} node
   */
  #enter({ folder, name }, node) {
    requireThere(folder);
    this.#set(folder, name, node);
    return node;
  }

  /**
   * @param {Folder} folder
   * @param {string} name
   * @param {Node} node
   */
  #set(folder, name, node) {
    folder.entries.set(name, node);
    folder.touch();
    this.version += 1;
    this.#count(node, 1);
    this.#require(this.#bytes);
  }

  /**
   * @param {Folder} folder
   * @param {string} name
   * @param {Node} node
   */
  #drop(folder, name, node) {
    if (node instanceof Folder && node.entries.size > 0) throw new Errno(wasi.ERRNO_NOTEMPTY);
    folder.entries.delete(name);
    folder.touch();
    this.version += 1;
    this.#count(node, -1);
    if (node instanceof Folder) {
      node.above = null;
      node.isRemoved = true;
    }
    this.#weighed(node, () => {
      node.links -= 1;
    });
  }

  /**
   * @param {Node} node
   * @param {1 | -1} by
   */
  #count(node, by) {
    if (node instanceof Folder) this.#folders += by;
    else this.#files += by;
  }

  /** @param {number} bytes */
  #require(bytes) {
    const { filesBytes, fileCount } = this.#limits;
    if (bytes > filesBytes) throw new LimitBroken(`its files have more than ${inWords(filesBytes)} bytes`);
    if (Math.max(this.#files, this.#folders) > fileCount) {
      throw new LimitBroken(`more than ${inWords(fileCount)} files, or as many folders`);
    }
  }
}

export const tooDeep = () => new LimitBroken(`more than ${DEEPEST} folders inside each other`);

/** @param {number} count */
function inWords(count) {
  return count.toLocaleString("en-US");
}
