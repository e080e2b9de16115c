/** Standard streams of a process. */
import { Fd, wasi } from "@bjorn3/browser_wasi_shim";
import { statOfStream } from "./stat.js";

const NOT_SEEKABLE = { ret: wasi.ERRNO_SPIPE, offset: 0n };

class Stream extends Fd {
  #rights;

  /** @param {number} rights */
  constructor(rights) {
    super();
    this.#rights = BigInt(rights);
  }

  fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_UNKNOWN, 0);
    fdstat.fs_rights_base = this.#rights;
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  fd_filestat_get() {
    return { ret: wasi.ERRNO_SUCCESS, filestat: statOfStream() };
  }

  fd_seek() {
    return NOT_SEEKABLE;
  }

  fd_tell() {
    return NOT_SEEKABLE;
  }

  /**
   * @param {number} [_]
   * @returns {{ret: number, data: Uint8Array}}
   */
  fd_read(_) {
    return { ret: wasi.ERRNO_BADF, data: new Uint8Array() };
  }

  fd_write(/** @type {Uint8Array} */ _) {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
  }

  /** @returns {{ret: number, data: Uint8Array}} */
  fd_pread() {
    return { ret: wasi.ERRNO_BADF, data: new Uint8Array() };
  }

  fd_pwrite() {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
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

  fd_filestat_set_times() {
    return wasi.ERRNO_BADF;
  }
}

/** What a process reads. */
export class Input extends Stream {
  #left;

  /** @param {Uint8Array} content */
  constructor(content) {
    super(wasi.RIGHTS_FD_READ);
    this.#left = content;
  }

  /**
   * @override
   * @param {number} [size]
   */
  fd_read(size = 0) {
    const data = this.#left.subarray(0, size);
    this.#left = this.#left.subarray(size);
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  fd_pread() {
    return { ret: wasi.ERRNO_SPIPE, data: new Uint8Array() };
  }
}

/** What a process writes. */
export class Output extends Stream {
  #write;

  /** @param {(bytes: Uint8Array) => void} write */
  constructor(write) {
    super(wasi.RIGHTS_FD_WRITE);
    this.#write = write;
  }

  /**
   * @override
   * @param {Uint8Array} bytes
   */
  fd_write(bytes) {
    if (bytes.length > 0) this.#write(bytes);
    return { ret: wasi.ERRNO_SUCCESS, nwritten: bytes.length };
  }

  fd_pwrite() {
    return { ret: wasi.ERRNO_SPIPE, nwritten: 0 };
  }
}
