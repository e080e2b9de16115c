/**
 * Sends a post through the transforms. The engine answers between any two of them, so that the one that
 * was running when a worker dies is known: it is skipped, and the post begins anew in the next worker.
 */
import { validateTransformPost } from "../../generated/validators.js";
import { chargeOf } from "./contamination.js";
import { PybridgeError } from "../wire/errors.js";
import { checkInput, problemsOf } from "../wire/inputs.js";
import { itemMsOf } from "../workers/script_index.js";
import { messageOf } from "../wire/messages.js";

/** RestartLog in a row that nobody saw a transform cause, before the one that ran is taken for the cause. */
const MOST_UNSEEN = 3;

/**
 * @typedef {object} TransformOptions
 * @property {AbortSignal} [signal]
 *
 * @param {import("../client.js").Inner} inner
 * @param {any} post lists that are left out are empty
 * @param {any} context where the post comes from, for the transforms
 * @param {TransformOptions} options
 * @returns {Promise<any>} the outcome
 */
export async function transformPost(inner, post, context, { signal }) {
  const fields = accepted(inner.limits, post, context);
  const { pool } = inner;
  /** What transforms are charged with that ended a worker, by path. @type {Record<string, any>} */
  const charged = pool.quarantine.charges();
  for (let unseen = 0; ; ) {
    if (signal?.aborted) throw new PybridgeError({ code: "cancelled", message: "cancelled" });
    const link = await pool.take();
    const { outcome, running, death } = await attempt(inner, link, { ...fields, sliceMs: 0, charged }, signal);
    if (outcome) {
      count(inner, outcome);
      return outcome;
    }
    if (death.isUnseen && ++unseen < MOST_UNSEEN) continue;
    if (death.code === "cancelled" || running === null || running in charged) throw new PybridgeError(death);
    pool.quarantine.count(pool.library.at(running), death);
    charged[running] = { code: death.code, message: death.message };
  }
}

/**
 * @param {import("../client.js").Inner} inner
 * @param {import("../workers/worker_link.js").WorkerLink} link
 * @param {object} fields of the message
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<{outcome: any, running: string | null, death: any}>} the outcome, or the worker's death
 *   and the path of the transform that was running
 */
async function attempt({ pool, limits }, link, fields, signal) {
  const mostMs = limits.itemS * 1000;
  /** @type {string | null} */
  let running = null;
  /** @type {any} */
  let last = null;
  const cancel = () => link.cancel();
  signal?.addEventListener("abort", cancel);
  const end = await link.exchange(messageOf("transform", fields), {
    deadlineMs: () => itemMsOf(pool.library.at(running), mostMs),
    renews: true,
    doing: "the transform",
    onMessage(message) {
      last = message;
      running = message.next ?? null;
      return message.kind !== "transformed" || message.done || message.contaminated !== undefined;
    },
  });
  signal?.removeEventListener("abort", cancel);
  if ("death" in end) {
    const death = await pool.verdict(end.death);
    pool.retire(link, death);
    return { outcome: null, running, death };
  }
  if (last.contaminated) {
    // What it made of the post is not kept: it breaks the rules.
    const death = chargeOf(last.contaminated);
    pool.retire(link, death);
    return { outcome: null, running: last.contaminated.script ?? running, death };
  }
  if (last.kind === "refused") throw new PybridgeError(last.error);
  if (last.kind === "cancelled") throw new PybridgeError({ code: "cancelled", message: "cancelled" });
  return { outcome: last.outcome, running, death: { code: "crash", message: "it ended without an outcome" } };
}

/**
 * @param {import("../wire/limits.js").Limits} limits
 * @param {any} post
 * @param {any} context
 */
function accepted(limits, post, context) {
  const whole = isObject(post) ? { tags: [], categories: [], ...post } : post;
  const checked = checkInput(whole, limits, "post", () => problemsOf(validateTransformPost, whole, "post"));
  const told = checkInput(context, limits, "context", () =>
    isObject(context) ? null : { code: "schema", message: "the context must be an object", pointer: "" },
  );
  const error = checked.error ?? told.error;
  if (error) throw new PybridgeError(error);
  const { title, content, tags, categories } = whole;
  return { post: { title, content, tags, categories }, context };
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {import("../client.js").Inner} inner
 * @param {any} outcome
 */
function count({ pool, stats }, { applied, errors }) {
  for (const slug of applied) stats.count(pool.scriptIdOf(slug), undefined, 0);
  for (const { scriptId, code } of errors) stats.count(scriptId, code, 0);
}
