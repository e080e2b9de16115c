/** A post's transforms of several trust domains: the common domain's first, then each other's, by its name. */
import { PybridgeError } from "../wire/errors.js";
import { acceptPost, transformPost } from "./transform.js";

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
  const accepted = acceptPost(limits, post, context);
  let outcome = await transformPost({ pool: domains.common, limits, stats }, accepted, options);
  for (const [domain, scripts] of domains.transforms()) {
    try {
      const next = acceptPost(limits, outcome.post, context);
      outcome = joined(outcome, await transformPost({ pool: domains.pool(domain), limits, stats }, next, options));
    } catch (error) {
      outcome = { ...outcome, errors: [...outcome.errors, ...skipped(scripts, error)] };
    }
  }
  return outcome;
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
