/** Runs a utility script: streamed output, a deadline for the whole, a way to stop it. */
import { checkScript } from "./check.js";
import { giveUp } from "./contamination.js";
import { withinHost } from "../wire/limits.js";
import { messageOf } from "../wire/messages.js";

/** Time on top of the script's own, for the message to come and go. */
const GRACE_MS = 50;

/**
 * @typedef {object} RunOptions
 * @property {readonly string[]} [args]
 * @property {(text: string) => void} [onStdout]
 * @property {(text: string) => void} [onStderr]
 * @property {AbortSignal} [signal] ends the script, and its worker with it
 * @property {number} [timeoutMs] at most the limit runS, and what the script's own LIMITS say
 * @property {Partial<import("../wire/limits.js").Limits>} [limits] lower ones than the host's, for this run
 *
 * @param {import("../client.js").Inner} inner
 * @param {{path: string, content: string} | {slug: string}} script
 * @param {RunOptions} options
 */
export async function runScript(inner, script, { args = [], onStdout, onStderr, signal, timeoutMs, limits: own }) {
  const { pool } = inner;
  const limits = withinHost(inner.limits, own);
  const ownS = (await infoOf(inner, script))?.limits?.runS ?? Number.POSITIVE_INFINITY;
  const link = await pool.take(limits);
  const started = performance.now();
  const printed = { stdout: "", stderr: "" };
  const stop = () => link.kill({ code: "cancelled", message: "stopped" });
  /** @type {any} */
  let ran = null;
  if (signal?.aborted) return failed({ code: "cancelled", message: "stopped before it started" }, printed, 0);
  signal?.addEventListener("abort", stop);
  const limitMs = Math.min(timeoutMs ?? Infinity, limits.runS * 1000, ownS * 1000);
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
  const { kind: _kind, id: _id, contaminated, ...outcome } = ran;
  if (contaminated) giveUp(pool, link, contaminated);
  return { ...outcome, durationMs };

  /** @param {{stream: "stdout" | "stderr", text: string}} message */
  function emit({ stream, text }) {
    printed[stream] += text;
    (stream === "stdout" ? onStdout : onStderr)?.(text);
    return false;
  }
}

/**
 * What is known of a script that asks for limits of its own; others need no look.
 * @param {import("../client.js").Inner} inner
 * @param {{path: string, content: string} | {slug: string}} script
 */
async function infoOf(inner, script) {
  if ("slug" in script) return inner.pool.library.program(script.slug);
  if (!script.content.includes("LIMITS")) return undefined;
  return (await checkScript(inner, script.content, script.path)).script;
}

/**
 * @param {{code: string, message: string}} error
 * @param {{stdout: string, stderr: string}} printed
 * @param {number} durationMs
 */
function failed(error, printed, durationMs) {
  return { status: "error", code: error.code, result: null, ...printed, error, durationMs };
}
