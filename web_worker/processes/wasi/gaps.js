/**
 * What @bjorn3/browser_wasi_shim 0.4.2 lacks, or does otherwise than WASI preview 1 says; for its authors, too:
 *
 * - `args_sizes_get` counts UTF-16 units, so that an argument beyond ASCII is written over what follows it
 * - `Filestat.write_bytes` puts the times at 38, 46 and 52 instead of 40, 48 and 56 (see stat.js)
 * - `poll_oneoff` takes one subscription, of a clock, reads its flags at 36 instead of 40, waits in a busy loop, and does not
 *   write the number of events
 * - `clock_res_get` and `clock_time_get` of processor time answer ENOSYS and 0, where other hosts answer EBADF
 * - `fd_advise` of what is not a file succeeds
 * - `path_open` never uses a descriptor again and has no limit; `fd_renumber` onto itself closes it
 * - `path_symlink` is missing; `path_readlink` into a small buffer is EBADF; a path that is not UTF-8 is decoded all the same
 * - `path_rename` removes first and may then fail; `path_link` works with inodes of the shim's own classes only
 * - `sock_*` throw a text, which ends the guest
 */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { clocks, pollOneoff } from "./clocks.js";
import { OpenFile } from "./open_file.js";
import { OpenFolder } from "./open_folder.js";

const MOST_OPEN = 16_384;

/** Where the addresses of paths are among the arguments; their lengths follow. @type {Record<string, number[]>} */
const PATHS = {
  path_create_directory: [1],
  path_filestat_get: [2],
  path_filestat_set_times: [2],
  path_link: [2, 5],
  path_open: [2],
  path_readlink: [1],
  path_remove_directory: [1],
  path_rename: [1, 4],
  path_symlink: [0, 3],
  path_unlink_file: [1],
};

const encoder = new TextEncoder();

/**
 * @typedef {import("./memory.js").Functions} Functions
 * @typedef {import("@bjorn3/browser_wasi_shim").WASI} Shim
 * @typedef {import("./memory.js").Memory} Memory
 */

/**
 * @param {Shim} shim
 * @param {Memory} memory
 * @param {(ms: number) => void} beforeWait called before the guest waits
 * @returns {Functions} the functions of preview 1
 */
export function preview1(shim, memory, beforeWait) {
  const isOpen = (/** @type {number} */ fd) => shim.fds[fd] !== undefined;
  /** @type {Functions} */
  const functions = {
    ...shim.wasiImport,
    ...clocks(memory),
    ...descriptors(shim, memory),
    ...links(shim, memory),
    args_sizes_get: (count, size) => writeSizes(memory, shim.args, count, size),
    poll_oneoff: pollOneoff(memory, isOpen, beforeWait),
    sched_yield: () => wasi.ERRNO_SUCCESS,
  };
  for (const name of ["sock_accept", "sock_recv", "sock_send", "sock_shutdown"]) {
    functions[name] = (fd) => (isOpen(fd) ? wasi.ERRNO_NOTSOCK : wasi.ERRNO_BADF);
  }
  for (const [name, places] of Object.entries(PATHS)) {
    const call = functions[name];
    const areTexts = (/** @type {number[]} */ args) =>
      places.every((at) => memory.text(args[at], args[at + 1]) !== null);
    functions[name] = (...args) => (areTexts(args) ? call(...args) : wasi.ERRNO_ILSEQ);
  }
  return functions;
}

/**
 * @param {Memory} memory
 * @param {string[]} texts
 * @param {number} count
 * @param {number} size
 */
function writeSizes(memory, texts, count, size) {
  const sizes = texts.map((text) => encoder.encode(text).length + 1);
  memory.view.setUint32(count, texts.length, true);
  memory.view.setUint32(
    size,
    sizes.reduce((sum, each) => sum + each, 0),
    true,
  );
  return wasi.ERRNO_SUCCESS;
}

/**
 * @param {Shim} shim
 * @param {Memory} memory
 * @returns {Functions}
 */
function descriptors({ fds }, memory) {
  return {
    path_open(fd, lookup, path, length, openFlags, rights, inheriting, flags, out) {
      if (fds[fd] === undefined) return wasi.ERRNO_BADF;
      const text = /** @type {string} */ (memory.text(path, length));
      const free = firstFree(fds);
      if (free >= MOST_OPEN) return wasi.ERRNO_MFILE;
      const { ret, fd_obj } = fds[fd].path_open(lookup, text, openFlags, rights, inheriting, flags);
      if (fd_obj === null) return ret;
      fds[free] = fd_obj;
      memory.view.setUint32(out, free, true);
      return wasi.ERRNO_SUCCESS;
    },
    fd_advise: (fd) => (fds[fd] instanceof OpenFile ? wasi.ERRNO_SUCCESS : wasi.ERRNO_BADF),
    fd_renumber(fd, to) {
      if (fds[fd] === undefined || fds[to] === undefined) return wasi.ERRNO_BADF;
      if (fd === to) return wasi.ERRNO_SUCCESS;
      fds[to].fd_close();
      fds[to] = fds[fd];
      /** @type {any[]} */ (fds)[fd] = undefined;
      return wasi.ERRNO_SUCCESS;
    },
  };
}

/** @param {readonly unknown[]} fds */
function firstFree(fds) {
  const free = fds.indexOf(undefined);
  return free === -1 ? fds.length : free;
}

/**
 * @param {Shim} shim
 * @param {Memory} memory
 * @returns {Functions}
 */
function links({ fds }, memory) {
  const text = (/** @type {number} */ at, /** @type {number} */ size) => /** @type {string} */ (memory.text(at, size));
  const folder = (/** @type {number} */ fd) => (fds[fd] instanceof OpenFolder ? fds[fd] : null);
  const missing = (/** @type {number} */ fd) => (fds[fd] === undefined ? wasi.ERRNO_BADF : wasi.ERRNO_NOTDIR);
  return {
    path_symlink(target, targetLength, fd, path, length) {
      return folder(fd)?.symlink(text(target, targetLength), text(path, length)) ?? missing(fd);
    },
    path_link(fd, flags, path, length, other, newPath, newLength) {
      const to = folder(other);
      if (to === null) return missing(other);
      return folder(fd)?.linkTo(flags, text(path, length), to, text(newPath, newLength)) ?? missing(fd);
    },
    path_rename(fd, path, length, other, newPath, newLength) {
      const to = folder(other);
      if (to === null) return missing(other);
      return folder(fd)?.renameTo(text(path, length), to, text(newPath, newLength)) ?? missing(fd);
    },
    path_readlink(fd, path, length, buffer, size, out) {
      if (fds[fd] === undefined) return wasi.ERRNO_BADF;
      const { ret, data } = fds[fd].path_readlink(text(path, length));
      if (data === null) return ret;
      const target = encoder.encode(data);
      if (target.length > size) return wasi.ERRNO_RANGE;
      memory.bytes(buffer, target.length).set(target);
      memory.view.setUint32(out, target.length, true);
      return wasi.ERRNO_SUCCESS;
    },
  };
}
