/** From exceptions to the numbers that WASI returns. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { Errno } from "../files/errno.js";

/**
 * @param {() => void} act
 * @returns {number} errno; 0 when it is done
 */
export function errnoOf(act) {
  try {
    act();
    return wasi.ERRNO_SUCCESS;
  } catch (error) {
    return numberOf(error);
  }
}

/**
 * @template T
 * @param {() => T} act
 * @returns {{ret: number, value: T | null}}
 */
export function resultOf(act) {
  try {
    return { ret: wasi.ERRNO_SUCCESS, value: act() };
  } catch (error) {
    return { ret: numberOf(error), value: null };
  }
}

/**
 * @param {unknown} error
 * @throws what is not a failure of this call alone
 */
function numberOf(error) {
  if (error instanceof Errno) return error.number;
  // There is not so much memory for a buffer.
  if (error instanceof RangeError) return wasi.ERRNO_NOSPC;
  throw error;
}
