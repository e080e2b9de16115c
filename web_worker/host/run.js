/** Runs a utility script: streamed output, a deadline for the whole, a way to stop it. */
import { messageOf } from "./messages.js";

/** Time on top of the script's own, for the message to come and go. */
const GRACE_MS = 50;

/**
 * @typedef {object} RunOptions
 * @property {readonly string[]} [args]
 * @property {(text: string) => void} [onStdout]
 * @property {(text: string) => void} [onStderr]
 * @property {AbortSignal} [signal] ends the script, and its worker with it
 * @property {number} [timeoutMs] at most the limit runS
 *
 * @param {import("./client.js").Inner} inner
 * @param {{path: string, content: string} | {slug: string}} script
 * @param {RunOptions} options
 */
export async function runScript({ pool, limits }, script, { args = [], onStdout, onStderr, signal, timeoutMs }) {
  const link = await pool.take();
  const started = performance.now();
  const printed = { stdout: "", stderr: "" };
  const stop = () => link.kill({ code: "cancelled", message: "stopped" });
  /** @type {any} */
  let ran = null;
  if (signal?.aborted) return failed({ code: "cancelled", message: "stopped before it started" }, printed, 0);
  signal?.addEventListener("abort", stop);
  const limitMs = Math.min(timeoutMs ?? Infinity, limits.runS * 1000);
  const end = await link.exchange(messageOf("run", { script, args }), {
    deadlineMs: limitMs + GRACE_MS,
    limitMs,
    renews: false,
    doing: "the script",
    onMessage(message) {
      if (message.kind === "output") return emit(message);
      ran = message;
      return true;
    },
  });
  signal?.removeEventListener("abort", stop);
  const durationMs = Math.round((performance.now() - started) * 10) / 10;
  if ("death" in end) {
    pool.retire(link, end.death);
    return failed(end.death, printed, durationMs);
  }
  if (ran.kind === "refused") return failed(ran.error, printed, durationMs);
  const { kind: _kind, id: _id, ...outcome } = ran;
  return { ...outcome, durationMs };

  /** @param {{stream: "stdout" | "stderr", text: string}} message */
  function emit({ stream, text }) {
    printed[stream] += text;
    (stream === "stdout" ? onStdout : onStderr)?.(text);
    return false;
  }
}

/**
 * @param {{code: string, message: string}} error
 * @param {{stdout: string, stderr: string}} printed
 * @param {number} durationMs
 */
function failed(error, printed, durationMs) {
  return { status: "error", code: error.code, result: null, ...printed, error, durationMs };
}
