/** Replaces a worker whose heap has grown: WebAssembly memory never shrinks. */
import { ping } from "./liveness.js";

/** Share of the memory limit at which a worker is replaced at the next idle moment. */
const RECYCLE_SHARE = 0.5;

/** @typedef {import("./pool.js").Pool} Pool */

/**
 * Bytes of heap of the worker in use; 0 when it does not answer.
 * @param {Pool} pool
 * @returns {Promise<number>}
 */
export async function heapBytes(pool) {
  const link = await pool.take();
  const { heapBytes: bytes, exit } = await ping(link);
  if (exit) pool.retire(link, await pool.classify(exit));
  return bytes;
}

/**
 * Replace the worker in use when its heap has grown past the watermark; the next call takes the spare.
 * @param {Pool} pool
 */
export async function recycle(pool) {
  const { current } = pool;
  if (current === null || pool.isDisposed) return;
  const watermark = pool.limits.memoryMib * 2 ** 20 * RECYCLE_SHARE;
  if ((await heapBytes(pool)) > watermark && !current.hasExited) {
    pool.replace(current, "its heap had grown past the watermark");
  }
}
