/** Sets the times of a file. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "../files/errno.js";
import { now } from "../files/nodes.js";

const BOTH_READ = wasi.FSTFLAGS_ATIM | wasi.FSTFLAGS_ATIM_NOW;
const BOTH_WRITTEN = wasi.FSTFLAGS_MTIM | wasi.FSTFLAGS_MTIM_NOW;

/**
 * @param {import("../files/nodes.js").Node} node
 * @param {bigint} readAt nanoseconds since 1970
 * @param {bigint} writtenAt
 * @param {number} flags which are set, and which of them to the present time
 */
export function setTimes(node, readAt, writtenAt, flags) {
  if ((flags & BOTH_READ) === BOTH_READ || (flags & BOTH_WRITTEN) === BOTH_WRITTEN) throw new Errno(wasi.ERRNO_INVAL);
  if ((flags & wasi.FSTFLAGS_ATIM) !== 0) node.readAt = readAt;
  if ((flags & wasi.FSTFLAGS_MTIM) !== 0) node.writtenAt = writtenAt;
  if ((flags & wasi.FSTFLAGS_ATIM_NOW) !== 0) node.readAt = now();
  if ((flags & wasi.FSTFLAGS_MTIM_NOW) !== 0) node.writtenAt = now();
  node.changedAt = now();
}
