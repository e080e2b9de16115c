/** Asks a worker whether it lives before it is given work. */
import { messageOf } from "../wire/messages.js";

/** A worker that said nothing for so long is asked. */
const QUIET_MS = 1000;
const GREETING_MS = 1000;

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 * @typedef {(death: WorkerExit) => Promise<WorkerExit>} Verdict says what is to be made of the end of a worker
 */

/**
 * @param {WorkerLink} link
 * @param {Verdict} verdict
 * @returns {Promise<WorkerExit | null>} how it ended, if it does not answer
 */
export async function isAlive(link, verdict) {
  if (performance.now() - link.heardAt < QUIET_MS) return null;
  const { death } = await ping(link);
  if (death?.code !== "timeout") return death;
  const { isUnseen, message } = await verdict(death);
  return { code: "crash", message: isUnseen ? message : "the worker was gone" };
}

/**
 * @param {WorkerLink} link
 * @returns {Promise<{heapBytes: number, death: WorkerExit | null}>}
 */
export async function ping(link) {
  let heapBytes = 0;
  const onMessage = (/** @type {any} */ message) => {
    heapBytes = message.heapBytes ?? 0;
    return true;
  };
  const rules = { deadlineMs: GREETING_MS, renews: false, doing: "answering", onMessage };
  const end = await link.exchange(messageOf("ping", {}), rules);
  return { heapBytes, death: "death" in end ? end.death : null };
}
