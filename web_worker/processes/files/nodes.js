/** What a file tree is made of: files, folders and symbolic links. */
import { wasi } from "@bjorn3/browser_wasi_shim";

/** @typedef {File | Folder | Link} Node */

const LEAST_CAPACITY = 256;

let lastNumber = 0n;

class Numbered {
  /** Its inode number. */
  number = ++lastNumber;
  /** Entries that lead to it. */
  links = 1;
  /** Nanoseconds since 1970. */
  readAt = now();
  writtenAt = this.readAt;
  changedAt = this.readAt;

  /** Note that its content has changed. */
  touch() {
    this.writtenAt = now();
    this.changedAt = this.writtenAt;
  }
}

export class File extends Numbered {
  type = wasi.FILETYPE_REGULAR_FILE;
  /** Counts the changes of its content. */
  version = 0;
  /** How often it is open. */
  opened = 0;
  #room;
  #size;

  /** @param {Uint8Array} content belongs to the file from now on */
  constructor(content = new Uint8Array()) {
    super();
    this.#room = content;
    this.#size = content.length;
  }

  get size() {
    return this.#size;
  }

  /** How often it counts: once for each name, and once if it has none and is open. */
  get weight() {
    return this.links > 0 ? this.links : Number(this.opened > 0);
  }

  /** Its bytes; a view, valid until the next change. */
  get content() {
    return this.#room.subarray(0, this.#size);
  }

  /**
   * @param {number} offset
   * @param {number} size
   * @returns {Uint8Array} a view of as much as there is
   */
  read(offset, size) {
    return this.content.subarray(offset, offset + size);
  }

  /**
   * @param {number} offset may be beyond the end
   * @param {Uint8Array} bytes
   */
  write(offset, bytes) {
    if (offset + bytes.length > this.#size) this.resize(offset + bytes.length);
    this.#room.set(bytes, offset);
    this.#changed();
  }

  /** @param {number} size */
  resize(size) {
    if (size > this.#room.length) {
      const room = new Uint8Array(Math.max(size, 2 * this.#size, LEAST_CAPACITY));
      room.set(this.content);
      this.#room = room;
    } else if (size < this.#size) {
      this.#room.fill(0, size, this.#size);
    }
    this.#size = size;
    this.#changed();
  }

  #changed() {
    this.version += 1;
    this.touch();
  }
}

export class Folder extends Numbered {
  type = wasi.FILETYPE_DIRECTORY;
  size = 0;
  /** @type {Map<string, Node>} */
  entries = new Map();

  /** @param {Folder | null} above null for the root, and for one that was removed */
  constructor(above) {
    super();
    this.above = above;
    this.isRemoved = false;
  }

  /** Folders above it. */
  get depth() {
    let depth = 0;
    for (let { above } = /** @type {Folder} */ (this); above !== null; above = above.above) depth += 1;
    return depth;
  }

  /** @param {Folder} other */
  isWithin(other) {
    for (let each = /** @type {Folder | null} */ (this); each !== null; each = each.above) {
      if (each === other) return true;
    }
    return false;
  }
}

export class Link extends Numbered {
  type = wasi.FILETYPE_SYMBOLIC_LINK;
  version = 0;

  /** @param {string} target */
  constructor(target) {
    super();
    this.target = target;
    this.size = byteLength(target);
  }
}

const encoder = new TextEncoder();

/** @param {string} text */
export function byteLength(text) {
  return encoder.encode(text).length;
}

/** Nanoseconds since 1970. */
export function now() {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
}
