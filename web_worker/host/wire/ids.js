/** Ids that nobody knows before they are in use: no worker can answer a question ahead of it. */

/** So many are drawn at once: asking the system for each would cost more than the rest of a message. */
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
