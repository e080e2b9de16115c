/**
 * Documents with macros of several trust domains. The common domain plans them all; the calls it reports as awaited are
 * rendered in their domains, and the document is sent again with their outcomes, until nothing is awaited.
 *
 * The body of a paired macro is rendered first, so that there is a round for each level at which the domain changes.
 */
import { overtimeOf } from "./drive.js";
import { perDomain } from "./per_domain.js";
import { PybridgeError } from "../wire/errors.js";
import { checkInput } from "../wire/inputs.js";
import { endOf, withinHost } from "../wire/limits.js";
import { renderCalls } from "./render_calls.js";
import { CANCELLED, failed } from "./finish_documents.js";
import { renderRound } from "./render_documents.js";

/**
 * @typedef {import("./render_documents.js").Uses} Uses
 * @typedef {import("./render_documents.js").DocumentOptions} DocumentOptions
 * @typedef {import("./render_documents.js").Steps} Steps
 */

/** HTML for a document is sanitised once, with the document; a paired macro gets its body unsanitised. */
const UNSANITISED = { outcome: () => [] };

const ENDLESS = { code: "crash", message: "the worker's reply does not fit: it awaits more than it can nest" };

/**
 * @param {Uses} uses
 * @param {readonly any[]} documents
 * @param {DocumentOptions} options
 * @returns {Promise<any[]>} one rendered document each, in order
 * @throws {PybridgeError} for shared values that cannot be sent
 */
export async function renderDocuments(uses, documents, { onProgress, ...own }) {
  const limits = withinHost(uses.limits, own.limits);
  requireShared(own, limits);
  const overtime = overtimeOf(limits);
  let options = { ...own, endsAt: endOf(limits) };
  const rendered = new Array(documents.length);
  const fail = (/** @type {object} */ error) => {
    for (const index of open) rendered[index] = failed(documents[index], error);
    return rendered;
  };
  let open = [...documents.keys()];
  /** @type {Map<number, Steps>} */
  let known = new Map();
  let isOver = false;
  for (let levels = uses.limits.inputDepth + 1; levels >= 0; levels -= 1) {
    const before = documents.length - open.length;
    const told = onProgress && ((/** @type {number} */ count) => onProgress(before + count, documents.length));
    const some = open.map((index) => documents[index]);
    const round = await renderRound(uses, some, { ...options, onProgress: told }, known);
    for (const [at, index] of open.entries()) rendered[index] = round.rendered[at];
    open = [...round.waiting.keys()].map((at) => open[at]);
    if (open.length === 0) return rendered;
    if (isOver) return fail(overtime);
    const outcomes = await awaited(uses, round.waiting, options);
    if (options.signal?.aborted) return fail(CANCELLED);
    isOver = performance.now() >= options.endsAt;
    const steps = knownBy([...round.waiting.values()], outcomes);
    const late = new Set(isOver ? [...steps.keys()].filter((at) => isUnreached(steps[at], overtime)) : []);
    for (const at of late) rendered[open[at]] = failed(documents[open[at]], overtime);
    open = open.filter((_, at) => !late.has(at));
    known = new Map(steps.filter((_, at) => !late.has(at)).entries());
    if (open.length === 0) return rendered;
    // What was awaited in time is put together, although the time is over.
    if (isOver) options = { ...options, endsAt: performance.now() + limits.itemS * 1000 };
  }
  return fail(ENDLESS);
}

/**
 * @param {Steps} steps
 * @param {import("./drive.js").Overtime} overtime
 */
function isUnreached(steps, { message }) {
  return Object.values(steps).some(({ error }) => error?.message === message);
}

/**
 * @param {DocumentOptions} options
 * @param {import("../wire/limits.js").Limits} limits
 */
function requireShared({ env, data, post }, limits) {
  for (const [name, value] of Object.entries({ env, data, post })) {
    if (value === undefined) continue;
    const { error } = checkInput(value, limits, `option ${name}`, () => null);
    if (error) throw new PybridgeError(error);
  }
}

/**
 * Render the calls that documents wait for.
 * @param {Uses} uses
 * @param {ReadonlyMap<number, any>} waiting
 * @param {DocumentOptions & {endsAt: number}} options
 * @returns {Promise<any[]>} their outcomes, in order
 */
function awaited({ domains, limits: host, stats }, waiting, { limits, signal, endsAt, post, data }) {
  const shared = Object.fromEntries(Object.entries({ post, data }).filter(([, value]) => value));
  const all = [...waiting.values()].flatMap(({ awaits }) => awaits);
  const calls = all.map(({ call }) => call);
  const domainOf = (/** @type {number} */ index) => domains.of(all[index].script);
  const work = (/** @type {any} */ pool, /** @type {readonly any[]} */ own, /** @type {any} */ terms) =>
    renderCalls({ pool, limits: host, sanitiser: UNSANITISED, stats }, own, terms);
  return perDomain(domains, calls, { limits, signal, endsAt, shared }, work, domainOf);
}

/**
 * The known outcomes of documents: those of the common domain and those of other domains.
 * @param {readonly any[]} waiting
 * @param {readonly any[]} outcomes of all their calls, one document after the other
 * @returns {Steps[]}
 */
function knownBy(waiting, outcomes) {
  let next = 0;
  return waiting.map(({ known, awaits }) => {
    const made = awaits.map((/** @type {any} */ { step }) => [step, outcomes[next++]]);
    return { ...known, ...Object.fromEntries(made) };
  });
}
