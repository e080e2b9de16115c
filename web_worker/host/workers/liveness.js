/** Checks with a ping that a worker still answers before it gets work. */
import { messageOf } from "../wire/messages.js";

/** Silence after which a worker is asked, and time for its answer. */
const QUIET_MS = 1000;
const ANSWER_MS = 1000;

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").WorkerExit} WorkerExit
 * @typedef {(exit: WorkerExit) => Promise<WorkerExit>} Classify tells a loss of the sandbox from one of the worker
 */

/**
 * @param {WorkerLink} link
 * @param {Classify} classify
 * @returns {Promise<WorkerExit | null>} how it ended, if it does not answer
 */
export async function checkLiveness(link, classify) {
  if (performance.now() - link.heardAt < QUIET_MS) return null;
  const { exit } = await ping(link);
  if (exit?.code !== "timeout") return exit;
  const { isUnseen, message } = await classify(exit);
  return { code: "crash", message: isUnseen ? message : "the worker was gone" };
}

/**
 * @param {WorkerLink} link
 * @returns {Promise<{heapBytes: number, exit: WorkerExit | null}>}
 */
export async function ping(link) {
  let heapBytes = 0;
  const onMessage = (/** @type {any} */ message) => {
    heapBytes = message.heapBytes ?? 0;
    if (!Number.isSafeInteger(heapBytes)) throw new Error("it has an impossible heap");
    return true;
  };
  const rules = {
    request: /** @type {const} */ ("ping"),
    deadlineMs: ANSWER_MS,
    renews: false,
    doing: "answering",
    onMessage,
  };
  const end = await link.exchange(messageOf("ping", {}), rules);
  return { heapBytes, exit: "exit" in end ? end.exit : null };
}
