/** What a probe is, and the ways to make one: each tries the forbidden thing and says whether it was kept from it. */
import { later } from "./primordials.js";

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

/** An attempt that has not ended by then was not refused: a policy refuses at once. */
const REFUSED_WITHIN_MS = 3000;

/**
 * @param {() => Promise<unknown>} attempt
 * @returns {Promise<string | null>} the error it was refused with in time; null if it was not
 */
export async function refusal(attempt) {
  const late = new Promise((resolve) => later(() => resolve(null), REFUSED_WITHIN_MS));
  try {
    await Promise.race([attempt(), late]);
    return null;
  } catch (error) {
    return String(error);
  }
}

/**
 * @param {string} probe
 * @param {() => Promise<unknown>} attempt
 * @returns {Promise<Probe>}
 */
export async function rejects(probe, attempt) {
  return { probe, held: (await refusal(attempt)) !== null };
}
