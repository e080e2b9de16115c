/** Runs a utility script: streamed output, a deadline for the whole run, cancellation. */
import { Output, checkRan, mostOf } from "../checks/runs.js";
import { checkScript } from "./check.js";
import { giveUp } from "./contamination.js";
import { withinHost } from "../wire/limits.js";
import { messageOf } from "../wire/messages.js";

/** Time beyond the script's own, for the messages. */
const GRACE_MS = 50;

/**
 * Run a loaded script where its macros would run, another one in the interpreter of its trust domain, which ends then: what
 * the script left there meets nobody.
 *
 * @param {{domains: import("../workers/domains.js").Domains, limits: import("../wire/limits.js").Limits}} uses
 * @param {{path: string, content: string} | {slug: string}} script
 * @param {RunOptions} options
 */
export async function runProgram({ domains, limits }, script, options) {
  const pool = domains.ofProgram(script);
  try {
    return await runScript({ pool, limits }, script, options);
  } finally {
    const { current } = pool;
    if (!("slug" in script) && current !== null) pool.replace(current, "a program ran in it that is not loaded");
  }
}

/**
 * @typedef {object} RunOptions
 * @property {readonly string[]} [args]
 * @property {(text: string) => void} [onStdout]
 * @property {(text: string) => void} [onStderr]
 * @property {AbortSignal} [signal] ends the script, and its worker with it
 * @property {number} [timeoutMs] capped by the limit runS and the script's own LIMITS
 * @property {Partial<import("../wire/limits.js").Limits>} [limits] lower ones than the host's, for this run
 *
 * @typedef {{pool: import("../workers/pool.js").Pool, limits: import("../wire/limits.js").Limits}} Uses
 *
 * @param {Uses} uses
 * @param {{path: string, content: string} | {slug: string}} script
 * @param {RunOptions} options
 */
export async function runScript(
  { pool, limits: host },
  script,
  { args = [], onStdout, onStderr, signal, timeoutMs, limits: own },
) {
  const limits = withinHost(host, own);
  const ownS = (await infoOf({ pool, limits: host }, script))?.limits?.runS ?? Number.POSITIVE_INFINITY;
  const link = await pool.take(limits);
  const started = performance.now();
  const output = new Output(limits.stdoutBytes);
  const { printed } = output;
  const stop = () => link.kill({ code: "cancelled", message: "stopped" });
  /** @type {any} */
  let ran = null;
  if (signal?.aborted) return failed({ code: "cancelled", message: "stopped before it started" }, printed, 0);
  signal?.addEventListener("abort", stop);
  const limitMs = Math.min(timeoutMs ?? Infinity, limits.runS * 1000, ownS * 1000);
  const end = await link.exchange(messageOf("run", { script, args }), {
    request: "run",
    most: mostOf(limits),
    deadlineMs: limitMs + GRACE_MS,
    limitMs,
    renews: false,
    doing: "the script",
    onMessage(message) {
      if (message.kind === "output") return emit(message);
      if (message.kind === "ran") checkRan(message, limits);
      ran = message;
      return true;
    },
  });
  signal?.removeEventListener("abort", stop);
  const durationMs = Math.round((performance.now() - started) * 10) / 10;
  if ("exit" in end) {
    pool.retire(link, end.exit);
    return failed(end.exit, printed, durationMs);
  }
  if (ran.kind === "refused") return failed(ran.error, printed, durationMs);
  const { kind: _kind, id: _id, contaminated, ...outcome } = ran;
  if (contaminated) giveUp(pool, link, contaminated, isOf(pool, contaminated.script, script));
  return { ...outcome, durationMs };

  /** @param {{stream: "stdout" | "stderr", text: string}} message */
  function emit({ stream, text }) {
    const kept = output.take(stream, text);
    if (kept !== "") (stream === "stdout" ? onStdout : onStderr)?.(kept);
    return false;
  }
}

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {string} path
 * @param {{path: string, content: string} | {slug: string}} script
 */
function isOf({ scriptIndex }, path, script) {
  return path === ("slug" in script ? scriptIndex.find(script.slug)?.path : script.path);
}

/**
 * Metadata of a script that may set its own limits; undefined for others.
 * @param {Uses} uses
 * @param {{path: string, content: string} | {slug: string}} script
 */
async function infoOf(uses, script) {
  if ("slug" in script) return uses.pool.scriptIndex.find(script.slug);
  if (!script.content.includes("LIMITS")) return undefined;
  return (await checkScript(uses, script.content, script.path)).script;
}

/**
 * @param {{code: string, message: string}} error
 * @param {{stdout: string, stderr: string}} printed
 * @param {number} durationMs
 */
function failed(error, printed, durationMs) {
  return { status: "error", code: error.code, result: null, ...printed, error, durationMs };
}
