/**
 * A post's transforms of several trust domains: the common domain's first, then each other's, by its name. Those of a domain
 * run in their order; one that has a worker of its own runs there, between the others.
 */
import { PybridgeError } from "../wire/errors.js";
import { COMMON } from "../workers/domains.js";
import { acceptPost, transformPost } from "./transform.js";

const MISFIT = "the worker's reply does not fit: it awaits another transform";

/** Toasts of one post. */
const MOST_TOASTS = 20;

/**
 * @typedef {object} Uses
 * @property {import("../workers/domains.js").Domains} domains
 * @property {import("../wire/limits.js").Limits} limits
 * @property {import("../workers/stats.js").Stats} stats
 *
 * @param {Uses} uses
 * @param {any} post lists that are left out are empty
 * @param {any} context where the post comes from, for the transforms
 * @param {import("./transform.js").TransformOptions} options
 * @returns {Promise<any>} the outcome
 * @throws {PybridgeError} `schema` for an invalid post or context
 */
export async function transformInDomains({ domains, limits, stats }, post, context, options) {
  const uses = { domains, limits, stats };
  let outcome = await transformIn(uses, COMMON, post, context, options);
  for (const [domain, scripts] of domains.transforms()) {
    try {
      outcome = joined(outcome, await transformIn(uses, domain, outcome.post, context, options));
    } catch (error) {
      outcome = { ...outcome, errors: [...outcome.errors, ...skipped(scripts, error)] };
    }
  }
  return outcome;
}

/**
 * @param {Uses} uses
 * @param {string} domain
 * @param {any} post
 * @param {any} context
 * @param {import("./transform.js").TransformOptions} options
 * @returns {Promise<any>} the outcome of its transforms
 */
async function transformIn({ domains, limits, stats }, domain, post, context, options) {
  const send = (/** @type {string} */ name, /** @type {any} */ given, /** @type {string} */ after = "") =>
    transformPost({ pool: domains.pool(name), limits, stats }, acceptPost(limits, given, context), options, after);
  let { outcome, awaits } = await send(domain, post);
  for (let left = domains.isolatedTransforms(domain); awaits !== undefined; ) {
    const path = awaits;
    const own = left.filter((info) => info.path === path);
    if (own.length === 0) throw new PybridgeError({ code: "crash", message: MISFIT });
    left = left.filter((info) => info.path !== path);
    const alone = await orSkipped(own, outcome.post, () => send(domains.of(path), outcome.post));
    outcome = joined(outcome, alone.outcome);
    const further = await orSkipped(left, outcome.post, () => send(domain, outcome.post, path));
    outcome = joined(outcome, further.outcome);
    awaits = further.awaits;
  }
  return outcome;
}

/**
 * Where transforms cannot be made at all, they are skipped and *post* stays as it is.
 * @param {readonly import("../workers/script_index.js").ScriptInfo[]} scripts
 * @param {any} post
 * @param {() => Promise<import("./transform.js").Made>} work
 * @returns {Promise<import("./transform.js").Made>}
 */
async function orSkipped(scripts, post, work) {
  try {
    return await work();
  } catch (error) {
    return { outcome: { post, applied: [], errors: skipped(scripts, error), toasts: [] } };
  }
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
 * The outcome of two rounds, the second of which got the post of the first.
 * @param {any} first
 * @param {any} second
 */
function joined(first, second) {
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
