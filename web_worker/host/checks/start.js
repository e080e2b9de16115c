/** What a worker says of itself before it gets work. */
import { ABI_VERSION } from "../../generated/facts.js";

/**
 * @param {any} ready valid by its schema
 * @throws {Error} when it is of another version, or reports a probe twice
 */
export function checkReady({ abi, attestation }) {
  if (abi !== ABI_VERSION) throw new Error(`it speaks ABI ${abi}, not ${ABI_VERSION}`);
  const probes = new Set(attestation.map((/** @type {{probe: string}} */ { probe }) => probe));
  if (probes.size !== attestation.length) throw new Error("it reports a probe twice");
}

/**
 * @param {any} reply to `limits`
 * @returns {true} it is the last one
 * @throws {Error} when the engine refused the limits
 */
export function checkLimited({ kind, error }) {
  if (kind === "refused") throw new Error(`it refused its limits: ${error.message}`);
  return true;
}
