/** What a process has changed in its file tree, told piece by piece. */
import { File, Folder } from "./nodes.js";
import { DEEPEST, tooDeep } from "./tree.js";

/**
 * Files by their path, with their content; null for one that is gone.
 * @typedef {Map<string, Uint8Array<ArrayBuffer> | null>} Changes
 */

/** Milliseconds that may be spent at any time, and their part of the time that passes. */
const AHEAD_MS = 200;
const SHARE = 0.1;

/** What telling costs at least, for the page has to take it, too. */
const MS_PER_MIB = 2;

export class ChangeLog {
  #tree;
  #tell;
  /** Each file that was told of, with its version then. @type {Map<string, {file: File, version: number}>} */
  #told = new Map();
  #toldVersion = 0;
  #spentMs = 0;
  #startedAt = performance.now();

  /**
   * @param {import("./tree.js").Tree} tree as it is now: only what changes from now on is told
   * @param {(changes: Changes) => void} tell
   */
  constructor(tree, tell) {
    this.#tree = tree;
    this.#tell = tell;
    this.#told = filesOf(tree.root);
    this.#toldVersion = tree.version;
  }

  /**
   * Tell of changes at once, unless that takes too much of the time: the process may be ended at any moment, and those that
   * were told remain.
   */
  tellSoon() {
    if (this.#tree.version === this.#toldVersion) return;
    const now = performance.now();
    if (this.#spentMs > AHEAD_MS + SHARE * (now - this.#startedAt)) return;
    const bytes = this.tellAll();
    this.#spentMs += Math.max(performance.now() - now, (bytes / 2 ** 20) * MS_PER_MIB);
  }

  /**
   * Tell of all changes.
   * @returns {number} the bytes that were told
   */
  tellAll() {
    if (this.#tree.version === this.#toldVersion) return 0;
    const there = filesOf(this.#tree.root);
    /** @type {Changes} */
    const changes = new Map();
    let bytes = 0;
    for (const path of this.#told.keys()) {
      if (!there.has(path)) changes.set(path, null);
    }
    for (const [path, { file, version }] of there) {
      const told = this.#told.get(path);
      if (told?.file === file && told.version === version) continue;
      changes.set(path, file.content.slice());
      bytes += file.size;
    }
    this.#told = there;
    this.#toldVersion = this.#tree.version;
    if (changes.size > 0) this.#tell(changes);
    return bytes;
  }
}

/**
 * @param {Folder} root
 * @returns {Map<string, {file: File, version: number}>} links are left out
 */
function filesOf(root) {
  const found = new Map();
  const visit = (/** @type {Folder} */ folder, /** @type {string} */ path, /** @type {number} */ depth) => {
    if (depth > DEEPEST) throw tooDeep();
    for (const [name, node] of folder.entries) {
      if (node instanceof Folder) visit(node, `${path}/${name}`, depth + 1);
      else if (node instanceof File) found.set(`${path}/${name}`, { file: node, version: node.version });
    }
  };
  visit(root, "", 0);
  return found;
}
