/**
 * Sends a post through the transforms. The engine replies between any two of them, so that the one that was running when
 * a worker is lost is known: it is skipped, and the post starts again in the next worker.
 */
import { validateTransformPost } from "../../generated/validators.js";
import { chargeOf } from "./contamination.js";
import { TransformPath } from "../checks/transforms.js";
import { PybridgeError } from "../wire/errors.js";
import { checkInput, problemsOf } from "../wire/inputs.js";
import { itemMsOf } from "../workers/script_index.js";
import { messageWithTexts } from "../wire/messages.js";
import { decide, initialState } from "./rules.js";

/** Members of a post that transforms get: title, content, tags, categories. */
const FIELDS = 4;

/**
 * @typedef {object} TransformOptions
 * @property {AbortSignal} [signal]
 *
 * @typedef {{post: string, context: string}} Accepted both as JSON texts, within the limits
 *
 * @typedef {{outcome: any, awaits?: string}} Made the outcome, and the path of the transform that is next but has a worker
 *   of its own
 *
 * @typedef {object} Uses
 * @property {import("../workers/pool.js").Pool} pool
 * @property {import("../wire/limits.js").Limits} limits
 * @property {import("../workers/stats.js").Stats} stats
 *
 * @typedef {object} Attempt how one worker ended with a post
 * @property {import("./rules.js").Event} event
 * @property {any} [outcome] of the post, when the event is `done`
 * @property {string} [awaits] path of the transform before which that ends
 * @property {any} [error] otherwise
 * @property {string | null} running path of the transform that ran
 *
 * @param {Uses} uses
 * @param {Accepted} accepted
 * @param {TransformOptions} options
 * @param {string} [after] path of a transform: only those behind it run; empty for all
 * @returns {Promise<Made>}
 */
export async function transformPost({ pool, limits, stats }, accepted, { signal }, after = "") {
  /** Errors of transforms that are not to run, by path. @type {Record<string, any>} */
  const charged = pool.quarantine.charges();
  let state = initialState("transforms");
  for (;;) {
    const behind = after === "" ? {} : { after };
    const message = messageWithTexts("transform", accepted, { sliceMs: 0, charged, ...behind });
    const attempt = signal?.aborted ? CANCELLED : await tryOnce({ pool, limits }, message, signal);
    const { event, outcome, awaits, error, running } = attempt;
    const again = running === null || Object.hasOwn(charged, running);
    const decision = decide(state, { ...event, again });
    state = decision.state;
    const { action } = decision;
    if (action.kind === "fail") throw new PybridgeError(error);
    if (action.kind === "finish") return { outcome: finished({ pool, stats }, action.because, outcome), awaits };
    if (action.kind !== "charge" || running === null) continue;
    pool.quarantine.count(pool.scriptIndex.at(running), error);
    charged[running] = { code: error.code, message: error.message };
  }
}

/** @type {Attempt} */
const CANCELLED = { event: { kind: "cancelled" }, running: null };

/**
 * @param {Omit<Uses, "stats">} uses
 * @param {(id: number) => string} message
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Attempt>}
 */
async function tryOnce({ pool, limits }, message, signal) {
  const link = await pool.take();
  // It may have waited for a worker.
  if (signal?.aborted) return CANCELLED;
  const mostMs = limits.itemS * 1000;
  const path = new TransformPath(pool.scriptIndex.infos());
  /** @type {any} */
  let last = null;
  const cancel = () => link.cancel();
  signal?.addEventListener("abort", cancel);
  const end = await link.exchange(message, {
    request: "transform",
    deadlineMs: () => itemMsOf(pool.scriptIndex.at(path.running), mostMs),
    renews: true,
    doing: "the transform",
    onMessage(reply) {
      last = reply;
      if (reply.kind !== "transformed") return true;
      path.goOn(reply);
      return reply.done || reply.contaminated !== undefined;
    },
  });
  signal?.removeEventListener("abort", cancel);
  if (!("exit" in end)) return attemptOf(pool, link, last, path);
  const exit = await pool.classify(end.exit);
  pool.retire(link, exit);
  if (exit.code === "cancelled") return CANCELLED;
  return { event: { kind: "lost", open: 1, unseen: exit.isUnseen }, error: errorOf(exit), running: path.running };
}

/**
 * @param {import("../workers/pool.js").Pool} pool
 * @param {import("../workers/worker_link.js").WorkerLink} link
 * @param {any} reply the last one
 * @param {TransformPath} path
 * @returns {Attempt}
 */
function attemptOf(pool, link, { kind, contaminated, error, outcome, awaits }, { ran, running }) {
  if (contaminated) {
    // The post that it returned is not kept: it breaks the rules.
    const charge = chargeOf(contaminated);
    pool.retire(link, charge);
    const event = /** @type {const} */ ({ kind: "contaminated", open: 1, known: true });
    // The one that ended before this reply; a worker may name another.
    return { event, error: charge, running: contaminated.script === ran ? ran : null };
  }
  if (kind === "refused") return { event: { kind: "refused", sent: 1 }, error, running };
  if (kind === "cancelled") return CANCELLED;
  return { event: { kind: "done" }, outcome, awaits, running };
}

/** @param {import("../workers/worker_link.js").WorkerExit} exit */
function errorOf({ code, message }) {
  return { code, message };
}

/**
 * @param {Omit<Uses, "limits">} uses
 * @param {"done" | "cancelled" | "timeOver"} because
 * @param {any} outcome
 */
function finished(uses, because, outcome) {
  if (because !== "done") throw new PybridgeError({ code: "cancelled", message: "cancelled" });
  count(uses, outcome);
  return outcome;
}

/**
 * @param {import("../wire/limits.js").Limits} limits
 * @param {any} post lists that are left out are empty; members beside the four are not sent
 * @param {any} context where the post comes from, for the transforms
 * @returns {Accepted}
 * @throws {PybridgeError} `schema` or `input-limit`
 */
export function acceptPost(limits, post, context) {
  const whole = isObject(post) ? { tags: [], categories: [], ...post } : post;
  const checked = checkInput(whole, limits, "post", () => problemsOf(validateTransformPost, whole, "post"));
  const circumstances = checkInput(context, limits, "context", () =>
    isObject(context) ? null : { code: "schema", message: "the context must be an object", pointer: "" },
  );
  const error = checked.error ?? circumstances.error;
  if (error) throw new PybridgeError(error);
  return { post: withoutOthers(whole, checked.text), context: circumstances.text };
}

/**
 * @param {any} post
 * @param {string} text of all its members
 */
function withoutOthers(post, text) {
  if (Object.keys(post).length === FIELDS) return text;
  const { title, content, tags, categories } = post;
  return JSON.stringify({ title, content, tags, categories });
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {Omit<Uses, "limits">} uses
 * @param {any} outcome
 */
function count({ pool, stats }, { applied, errors }) {
  for (const slug of applied) stats.count(pool.scriptIdOf(slug), undefined, 0);
  for (const { scriptId, code } of errors) stats.count(scriptId, code, 0);
}
