/** A file that a process has opened. */
import { Fd, wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "../files/errno.js";
import { setTimes } from "./times.js";
import { errnoOf, resultOf } from "./results.js";
import { statOf } from "./stat.js";

const NOTHING = new Uint8Array();
const FARTHEST = 2n ** 63n - 1n;
const SETTABLE = wasi.FDFLAGS_APPEND | wasi.FDFLAGS_NONBLOCK;

/** Rights beside those to read and to write. */
const COMMON_RIGHTS =
  wasi.RIGHTS_FD_SEEK |
  wasi.RIGHTS_FD_TELL |
  wasi.RIGHTS_FD_SYNC |
  wasi.RIGHTS_FD_FDSTAT_SET_FLAGS |
  wasi.RIGHTS_FD_FILESTAT_GET |
  wasi.RIGHTS_FD_FILESTAT_SET_TIMES |
  wasi.RIGHTS_POLL_FD_READWRITE;

export class OpenFile extends Fd {
  #tree;
  #file;
  #access;
  #flags;
  #position = 0n;

  /**
   * @param {import("../files/tree.js").Tree} tree
   * @param {import("../files/nodes.js").File} file
   * @param {{reads: boolean, writes: boolean}} access
   * @param {number} flags
   */
  constructor(tree, file, access, flags) {
    super();
    this.#tree = tree;
    this.#file = file;
    this.#access = access;
    this.#flags = flags;
    tree.reopen(file, 1);
  }

  fd_close() {
    this.#tree.reopen(this.#file, -1);
    return wasi.ERRNO_SUCCESS;
  }

  fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, this.#flags);
    const { reads, writes } = this.#access;
    const rights = (reads ? wasi.RIGHTS_FD_READ : 0) | (writes ? wasi.RIGHTS_FD_WRITE : 0);
    fdstat.fs_rights_base = BigInt(COMMON_RIGHTS | rights);
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  /** @param {number} flags */
  fd_fdstat_set_flags(flags) {
    if ((flags & ~SETTABLE) !== 0) return wasi.ERRNO_INVAL;
    this.#flags = flags;
    return wasi.ERRNO_SUCCESS;
  }

  fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: statOf(this.#file) };
  }

  /** @param {bigint} size */
  fd_filestat_set_size(size) {
    if (!this.#access.writes) return wasi.ERRNO_INVAL;
    return errnoOf(() => this.#tree.resize(this.#file, numberOf(size)));
  }

  /**
   * @param {bigint} readAt
   * @param {bigint} writtenAt
   * @param {number} flags
   */
  fd_filestat_set_times(readAt, writtenAt, flags) {
    return errnoOf(() => setTimes(this.#file, readAt, writtenAt, flags));
  }

  /** @param {number} size */
  fd_read(size) {
    const done = this.fd_pread(size, this.#position);
    this.#position += BigInt(done.data.length);
    return done;
  }

  /**
   * @param {number} size
   * @param {bigint} offset
   */
  fd_pread(size, offset) {
    if (!this.#access.reads) return { ret: wasi.ERRNO_BADF, data: NOTHING };
    if (offset < 0n) return { ret: wasi.ERRNO_INVAL, data: NOTHING };
    return { ret: wasi.ERRNO_SUCCESS, data: this.#file.read(Number(offset), size) };
  }

  /** @param {Uint8Array} bytes */
  fd_write(bytes) {
    const place = this.#placeOr(this.#position);
    const done = this.#put(bytes, place);
    if (done.nwritten > 0) this.#position = place + BigInt(done.nwritten);
    return done;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {bigint} offset
   */
  fd_pwrite(bytes, offset) {
    if (offset < 0n) return { ret: wasi.ERRNO_INVAL, nwritten: 0 };
    return this.#put(bytes, this.#placeOr(offset));
  }

  /**
   * @param {bigint} offset
   * @param {number} whence
   */
  fd_seek(offset, whence) {
    const from = [0n, this.#position, BigInt(this.#file.size)][whence];
    const position = from === undefined ? -1n : from + offset;
    if (position < 0n || position > FARTHEST) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    this.#position = position;
    return { ret: wasi.ERRNO_SUCCESS, offset: position };
  }

  fd_tell() {
    return { ret: wasi.ERRNO_SUCCESS, offset: this.#position };
  }

  fd_sync() {
    return wasi.ERRNO_SUCCESS;
  }

  fd_allocate() {
    return wasi.ERRNO_NOTSUP;
  }

  /** @param {bigint} offset of what is not appended */
  #placeOr(offset) {
    return (this.#flags & wasi.FDFLAGS_APPEND) !== 0 ? BigInt(this.#file.size) : offset;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {bigint} offset
   */
  #put(bytes, offset) {
    if (!this.#access.writes) return { ret: wasi.ERRNO_BADF, nwritten: 0 };
    if (bytes.length === 0) return { ret: wasi.ERRNO_SUCCESS, nwritten: 0 };
    const { ret, value } = resultOf(() => this.#tree.write(this.#file, Number(offset), bytes));
    return { ret, nwritten: value ?? 0 };
  }
}

/** @param {bigint} size */
function numberOf(size) {
  if (size < 0n) throw new Errno(wasi.ERRNO_INVAL);
  return Number(size);
}
