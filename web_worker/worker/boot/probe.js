/** What a probe is, and the ways to make one: each tries the forbidden thing and says whether it was kept from it. */

/** @typedef {{probe: string, held: boolean, detail?: string}} Probe */

/**
 * @param {string} probe
 * @param {boolean} held
 * @param {string} [detail]
 * @returns {Probe}
 */
export function fact(probe, held, detail = "") {
  return detail === "" ? { probe, held } : { probe, held, detail };
}

/**
 * @param {string} probe
 * @param {() => unknown} attempt
 * @returns {Probe}
 */
export function throws(probe, attempt) {
  try {
    attempt();
    return { probe, held: false };
  } catch {
    return { probe, held: true };
  }
}

/**
 * @param {string} probe
 * @param {() => Promise<unknown>} attempt
 * @returns {Promise<Probe>}
 */
export async function rejects(probe, attempt) {
  try {
    await attempt();
    return { probe, held: false };
  } catch {
    return { probe, held: true };
  }
}
