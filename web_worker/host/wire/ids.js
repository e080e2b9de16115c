/** Ids that cannot be guessed: a worker cannot answer a message before it was sent. */

/** Ids drawn at once: a call of `getRandomValues` costs more than the rest of a message. */
const DRAWN = 256;
const HALVES = new Uint32Array(2 * DRAWN);
let next = DRAWN;

/** @returns {number} a positive whole number below 2^52 + 2 */
export function unguessableId() {
  if (next === DRAWN) {
    crypto.getRandomValues(HALVES);
    next = 0;
  }
  const [high, low] = [HALVES[2 * next], HALVES[2 * next + 1]];
  next += 1;
  return (high % 2 ** 20) * 2 ** 32 + low + 1;
}
