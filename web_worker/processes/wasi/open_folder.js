/** A folder that a process has opened; paths begin in it and do not lead out of it. */
import { Fd, wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "../files/errno.js";
import { findExisting } from "../files/lookup.js";
import { File, Folder, Link } from "../files/nodes.js";
import { OpenFile } from "./open_file.js";
import { errnoOf, resultOf } from "./results.js";
import { statOf } from "./stat.js";
import { setTimes } from "./times.js";

const ALL_RIGHTS = (1n << 29n) - 1n;
const WRITE_RIGHTS = BigInt(wasi.RIGHTS_FD_WRITE);
const READ_RIGHTS = BigInt(wasi.RIGHTS_FD_READ);
const FOLLOW = 1;
const NOT_OF_FOLDERS = wasi.OFLAGS_CREAT | wasi.OFLAGS_EXCL | wasi.OFLAGS_TRUNC;

/** @typedef {{tree: import("../files/tree.js").Tree, isWritable: boolean}} Volume */

export class OpenFolder extends Fd {
  #volume;
  #folder;
  #name;
  /** As it was when a process began to read it. @type {[string, import("../files/nodes.js").Node][]} */
  #listing = [];

  /**
   * @param {Volume} volume
   * @param {Folder} folder
   * @param {string | null} name under which a process finds it at its start
   */
  constructor(volume, folder, name = null) {
    super();
    this.#volume = volume;
    this.#folder = folder;
    this.#name = name;
  }

  fd_prestat_get() {
    if (this.#name === null) return { ret: wasi.ERRNO_BADF, prestat: null };
    return { ret: wasi.ERRNO_SUCCESS, prestat: wasi.Prestat.dir(this.#name) };
  }

  fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_DIRECTORY, 0);
    fdstat.fs_rights_base = ALL_RIGHTS;
    fdstat.fs_rights_inherited = ALL_RIGHTS;
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: statOf(this.#folder) };
  }

  /**
   * @param {bigint} readAt
   * @param {bigint} writtenAt
   * @param {number} flags
   */
  fd_filestat_set_times(readAt, writtenAt, flags) {
    return errnoOf(() => setTimes(this.#changeable(this.#folder), readAt, writtenAt, flags));
  }

  fd_sync() {
    return wasi.ERRNO_BADF;
  }

  fd_allocate() {
    return wasi.ERRNO_BADF;
  }

  fd_filestat_set_size() {
    return wasi.ERRNO_BADF;
  }

  fd_read() {
    return { ret: wasi.ERRNO_BADF, data: new Uint8Array() };
  }

  fd_pread() {
    return this.fd_read();
  }

  fd_write() {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
  }

  fd_pwrite() {
    return this.fd_write();
  }

  fd_seek() {
    return { ret: wasi.ERRNO_BADF, offset: 0n };
  }

  fd_tell() {
    return { ret: wasi.ERRNO_BADF, offset: 0n };
  }

  /** @param {bigint} cookie */
  fd_readdir_single(cookie) {
    const number = Number(cookie);
    if (number === 0) this.#listing = this.#listed();
    const entry = this.#listing[number];
    if (entry === undefined) return { ret: wasi.ERRNO_SUCCESS, dirent: null };
    const [name, node] = entry;
    return { ret: wasi.ERRNO_SUCCESS, dirent: new wasi.Dirent(cookie + 1n, node.number, name, node.type) };
  }

  /**
   * @param {number} flags
   * @param {string} path
   */
  path_filestat_get(flags, path) {
    const { ret, value } = resultOf(() => statOf(this.#existing(path, flags)));
    return { ret, filestat: value };
  }

  /**
   * @param {number} flags
   * @param {string} path
   * @param {bigint} readAt
   * @param {bigint} writtenAt
   * @param {number} which
   */
  path_filestat_set_times(flags, path, readAt, writtenAt, which) {
    return errnoOf(() => setTimes(this.#changeable(this.#existing(path, flags)), readAt, writtenAt, which));
  }

  /**
   * @param {number} lookup
   * @param {string} path
   * @param {number} openFlags
   * @param {bigint} rights
   * @param {bigint} _
   * @param {number} flags
   */
  path_open(lookup, path, openFlags, rights, _, flags) {
    const { ret, value } = resultOf(() => this.#open(lookup, path, openFlags, rights, flags));
    return { ret, fd_obj: value };
  }

  /** @param {string} path */
  path_create_directory(path) {
    return errnoOf(() => this.#changeableTree().makeFolder(this.#folder, path));
  }

  /** @param {string} path */
  path_unlink_file(path) {
    return errnoOf(() => this.#changeableTree().removeFile(this.#folder, path));
  }

  /** @param {string} path */
  path_remove_directory(path) {
    return errnoOf(() => this.#changeableTree().removeFolder(this.#folder, path));
  }

  /** @param {string} path */
  path_readlink(path) {
    const { ret, value } = resultOf(() => {
      const node = this.#existing(path, 0);
      if (!(node instanceof Link)) throw new Errno(wasi.ERRNO_INVAL);
      return node.target;
    });
    return { ret, data: value };
  }

  /**
   * Not one of the shim's methods: it has no symbolic links.
   * @param {string} target
   * @param {string} path
   */
  symlink(target, path) {
    return errnoOf(() => this.#changeableTree().makeLink(this.#folder, path, target));
  }

  /**
   * Not one of the shim's: it renames in two steps, either of which can fail.
   * @param {string} path
   * @param {OpenFolder} other
   * @param {string} newPath
   */
  renameTo(path, other, newPath) {
    return errnoOf(() => {
      other.#changeableTree();
      this.#changeableTree().rename(this.#folder, path, other.#folder, newPath);
    });
  }

  /**
   * Not one of the shim's: it passes on an inode of its own class.
   * @param {number} flags
   * @param {string} path
   * @param {OpenFolder} other
   * @param {string} newPath
   */
  linkTo(flags, path, other, newPath) {
    if ((flags & FOLLOW) !== 0) return wasi.ERRNO_INVAL;
    return errnoOf(() => {
      other.#changeableTree();
      this.#changeableTree().link(this.#folder, path, other.#folder, newPath);
    });
  }

  /** @returns {[string, import("../files/nodes.js").Node][]} */
  #listed() {
    // The newest first, as in the folder in memory that a process has on a server.
    const entries = [...this.#folder.entries].reverse();
    return [[".", this.#folder], ["..", this.#folder.above ?? this.#folder], ...entries];
  }

  /**
   * @param {string} path
   * @param {number} flags
   */
  #existing(path, flags) {
    return findExisting(this.#folder, path, (flags & FOLLOW) !== 0 ? "always" : "slash").node;
  }

  #changeableTree() {
    this.#changeable(this.#folder);
    return this.#volume.tree;
  }

  /**
   * @template T
   * @param {T} node
   */
  #changeable(node) {
    if (!this.#volume.isWritable) throw new Errno(wasi.ERRNO_PERM);
    return node;
  }

  /**
   * @param {number} lookup
   * @param {string} path
   * @param {number} openFlags
   * @param {bigint} rights
   * @param {number} flags
   */
  #open(lookup, path, openFlags, rights, flags) {
    const has = (/** @type {number} */ flag) => (openFlags & flag) !== 0;
    const isMade = has(wasi.OFLAGS_CREAT);
    const writes = (rights & WRITE_RIGHTS) !== 0n || isMade || has(wasi.OFLAGS_TRUNC);
    if (has(wasi.OFLAGS_DIRECTORY) && has(NOT_OF_FOLDERS)) throw new Errno(wasi.ERRNO_INVAL);
    if (writes) this.#changeable(this.#folder);
    const how = { follow: (lookup & FOLLOW) !== 0, isMade, isNew: isMade && has(wasi.OFLAGS_EXCL) };
    const node = this.#volume.tree.open(this.#folder, path, how);
    if (node instanceof Folder) {
      if (writes) throw new Errno(wasi.ERRNO_ISDIR);
      return new OpenFolder(this.#volume, node);
    }
    if (!(node instanceof File)) throw new Errno(wasi.ERRNO_LOOP);
    if (has(wasi.OFLAGS_DIRECTORY)) throw new Errno(wasi.ERRNO_NOTDIR);
    if (has(wasi.OFLAGS_TRUNC)) this.#volume.tree.resize(node, 0);
    return new OpenFile(this.#volume.tree, node, { reads: (rights & READ_RIGHTS) !== 0n, writes }, flags);
  }
}
