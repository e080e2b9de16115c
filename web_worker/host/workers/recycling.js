/** Replaces workers: those whose heap has grown, as WebAssembly memory never shrinks, and those in which no script may remain. */
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

/**
 * End every worker that is ready, spares too: the state that scripts left in them is gone.
 * @param {Pool} pool
 * @param {string} message why
 */
export function renew(pool, message) {
  for (const link of pool.links) if (link.ready !== null) pool.replace(link, message);
}

/**
 * Remove a script that moves to another trust domain: every interpreter that may have run it ends.
 * @param {Pool} pool
 * @param {string} path
 */
export function giveAway(pool, path) {
  pool.scriptIndex.remove(path);
  for (const link of pool.links) {
    const isHolding = link.loaded.has(path) && !link.loaded.get(path)?.elsewhere;
    if (isHolding) pool.replace(link, `${path} went to another trust domain`);
  }
}
