/** Work of several trust domains: each does its own part, one after the other, and what comes out is put together. */
import { endOf } from "./batch.js";
import { checkScript } from "./check.js";
import { COMMON } from "../workers/domains.js";
import { PybridgeError } from "../wire/errors.js";
import { located } from "./item_rules.js";
import { withinHost } from "../wire/limits.js";
import { previewCalls } from "./previews.js";
import { renderCalls } from "./render_calls.js";
import { runScript } from "./run.js";
import { transformPost } from "./transform.js";

/** Toasts of one post. */
const MOST_TOASTS = 20;

/** What keeps a whole domain from working, and is no other's concern. */
const OUT_OF_ORDER = new Set(["boot", "isolation"]);

/**
 * @typedef {import("../client.js").Inner} Inner
 *
 * @typedef {object} Options
 * @property {AbortSignal} [signal]
 * @property {(done: number, total: number) => void} [onProgress]
 * @property {Partial<import("../wire/limits.js").Limits>} [limits]
 * @property {Record<string, object>} [shared] what holds for all calls and is in none of them
 * @property {number} [endsAt] by `performance.now`, where the calls are part of a batch that began before
 *
 * @typedef {(inner: Inner, calls: readonly any[], options: Options) => Promise<any[]>} Work one outcome per call, in order
 */

/**
 * @param {Inner} inner
 * @param {readonly any[]} calls
 * @param {Options} options
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export function renderApart(inner, calls, options) {
  return apart(inner, calls, options, byName(inner, calls), renderCalls);
}

/**
 * @param {Inner} inner
 * @param {readonly any[]} calls
 * @param {Options} options
 * @returns {Promise<any[]>} `{text}` or `{error}` per call, in order
 */
export function previewApart(inner, calls, options) {
  return apart(inner, calls, options, byName(inner, calls), previewCalls);
}

/**
 * @param {Inner} inner
 * @param {{path: string, content: string} | {slug: string}} script
 * @param {import("./run.js").RunOptions} options
 */
export function runApart(inner, script, options) {
  return runScript(within(inner, inner.domains.ofProgram(script)), script, options);
}

/**
 * @param {Inner} inner
 * @param {string} content
 * @param {string} path
 */
export function checkApart(inner, content, path) {
  return checkScript(within(inner, inner.domains.of(path)), content, path);
}

/**
 * Send a post through the common domain's transforms, then through each other domain's, by its name.
 *
 * @param {Inner} inner
 * @param {any} post
 * @param {any} context
 * @param {import("./transform.js").TransformOptions} options
 */
export async function transformApart(inner, post, context, options) {
  let outcome = await transformPost(inner, post, context, options);
  for (const [domain, scripts] of inner.domains.transforms()) {
    try {
      outcome = after(outcome, await transformPost(within(inner, domain), outcome.post, context, options));
    } catch (error) {
      outcome = { ...outcome, errors: [...outcome.errors, ...skipped(scripts, error)] };
    }
  }
  return outcome;
}

/**
 * Have each domain work off its own calls.
 *
 * @param {Inner} inner
 * @param {readonly any[]} calls
 * @param {Options} options
 * @param {(index: number) => string} domainOf
 * @param {Work} work
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function apart(inner, calls, { onProgress, ...own }, domainOf, work) {
  if (inner.domains.isOne) return work(inner, calls, { onProgress, ...own });
  const options = { endsAt: endOf(withinHost(inner.limits, own.limits)), ...own };
  const outcomes = new Array(calls.length);
  let before = 0;
  for (const [domain, places] of grouped(calls, domainOf)) {
    const done = before;
    const told = onProgress && ((/** @type {number} */ count) => onProgress(done + count, calls.length));
    const some = places.map((place) => calls[place]);
    const made = await work(within(inner, domain), some, { ...options, onProgress: told }).catch((error) =>
      refused(some, domain, error),
    );
    for (const [index, place] of places.entries()) outcomes[place] = made[index];
    before += places.length;
  }
  return outcomes;
}

/**
 * @param {Inner} inner
 * @param {string} domain
 * @returns {Inner}
 */
function within(inner, domain) {
  return { ...inner, pool: inner.domains.pool(domain) };
}

/**
 * @param {Inner} inner
 * @param {readonly any[]} calls
 */
function byName({ domains }, calls) {
  return (/** @type {number} */ index) => domains.ofMacro(calls[index]?.macro?.name);
}

/**
 * @param {readonly any[]} calls
 * @param {(index: number) => string} domainOf
 */
function grouped(calls, domainOf) {
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  for (const index of calls.keys()) {
    const domain = domainOf(index);
    const group = groups.get(domain);
    if (group) group.push(index);
    else groups.set(domain, [index]);
  }
  return groups;
}

/**
 * A domain that does not start at all fails its own calls and nobody else's.
 * @param {readonly any[]} calls
 * @param {string} domain
 * @param {any} error
 */
function refused(calls, domain, error) {
  if (domain === COMMON || !OUT_OF_ORDER.has(error.code)) throw error;
  return calls.map((call) => ({
    error: typeof call?.macro?.name === "string" ? located(error.value, call.macro) : error.value,
  }));
}

/**
 * @param {readonly import("../workers/script_index.js").ScriptInfo[]} scripts
 * @param {any} error
 */
function skipped(scripts, error) {
  if (!(error instanceof PybridgeError) || error.code === "cancelled") throw error;
  return scripts.map(({ id, slug }) => ({ ...error.value, scriptId: id, scriptSlug: slug }));
}

/**
 * What two rounds of transforms made of a post.
 * @param {any} first
 * @param {any} second
 */
function after(first, second) {
  const both = (/** @type {string} */ name) => [...first[name], ...second[name]];
  const printed = ["stdout", "stderr"].filter((name) => name in first || name in second);
  return {
    ...second,
    applied: both("applied"),
    errors: both("errors"),
    toasts: both("toasts").slice(0, MOST_TOASTS),
    ...Object.fromEntries(printed.map((name) => [name, (first[name] ?? "") + (second[name] ?? "")])),
  };
}
