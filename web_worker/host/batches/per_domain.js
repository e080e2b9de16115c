/** Splits a batch by trust domain: each domain does its own items, one domain after the other. */
import { COMMON } from "../workers/domains.js";
import { located } from "./item_rules.js";

/** Failures of one whole domain, which leave the others working. */
const DOMAIN_FAILURES = new Set(["boot", "isolation"]);

/**
 * @typedef {import("../workers/domains.js").Domains} Domains
 * @typedef {import("../workers/pool.js").Pool} Pool
 *
 * @typedef {object} Options
 * @property {AbortSignal} [signal]
 * @property {(done: number, total: number) => void} [onProgress]
 * @property {Partial<import("../wire/limits.js").Limits>} [limits] lower ones than the host's, for this batch
 * @property {Record<string, object>} [shared] members that all calls share and none of them contains
 * @property {number} [endsAt] by `performance.now`, where the calls are part of a batch that began before
 *
 * @typedef {(pool: Pool, calls: readonly any[], options: Options) => Promise<any[]>} Work one outcome per call, in order
 */

/**
 * @param {Domains} domains
 * @param {readonly any[]} calls
 * @param {Options & {endsAt: number}} options
 * @param {Work} work done in the pool of each domain
 * @param {(index: number) => string} [domainOf] a call's domain, by its index; default: that of its macro
 * @returns {Promise<any[]>} one outcome per call, in order
 */
export async function perDomain(domains, calls, options, work, domainOf = byMacro(domains, calls)) {
  if (domains.isOne) return work(domains.common, calls, options);
  const { onProgress, ...terms } = options;
  const outcomes = new Array(calls.length);
  let before = 0;
  for (const [domain, places] of grouped(calls, domainOf)) {
    const done = before;
    const report = onProgress && ((/** @type {number} */ count) => onProgress(done + count, calls.length));
    const own = places.map((place) => calls[place]);
    const made = await work(domains.pool(domain), own, { ...terms, onProgress: report }).catch((error) =>
      refused(own, domain, error),
    );
    for (const [index, place] of places.entries()) outcomes[place] = made[index];
    before += places.length;
  }
  return outcomes;
}

/**
 * @param {Domains} domains
 * @param {readonly any[]} calls
 */
function byMacro(domains, calls) {
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
 * A domain that does not start fails only its own calls.
 * @param {readonly any[]} calls
 * @param {string} domain
 * @param {any} error
 */
function refused(calls, domain, error) {
  if (domain === COMMON || !DOMAIN_FAILURES.has(error.code)) throw error;
  return calls.map((call) => ({
    error: typeof call?.macro?.name === "string" ? located(error.value, call.macro) : error.value,
  }));
}
