/**
 * Documents with macros of several trust domains. The common one plans them all; what it reports as awaited is
 * rendered where it belongs, and the document is sent again with what came out, until nothing is awaited.
 *
 * What stands inside a paired macro comes first, so that there is a round for each level at which the domain changes.
 */
import { apart } from "./per_domain.js";
import { endOf } from "./batch.js";
import { withinHost } from "../wire/limits.js";
import { renderCalls } from "./render_calls.js";
import { CANCELLED, failed, renderRound } from "./render_documents.js";

/**
 * @typedef {import("../client.js").Inner} Inner
 * @typedef {import("./render_documents.js").DocumentOptions} DocumentOptions
 * @typedef {import("./render_documents.js").Steps} Steps
 */

/** HTML on its way into a document is sanitised with the document, once; a paired macro gets it as it was made. */
const AS_MADE = { html: (/** @type {string} */ html) => html, outcome: () => undefined };

const ENDLESS = { code: "crash", message: "the worker's reply does not fit: it awaits more than it can nest" };

/**
 * @param {Inner} inner
 * @param {readonly any[]} documents
 * @param {DocumentOptions} options
 * @returns {Promise<any[]>} one rendered document each, in order
 */
export async function renderDocuments(inner, documents, { onProgress, ...own }) {
  const options = { ...own, endsAt: endOf(withinHost(inner.limits, own.limits)) };
  const rendered = new Array(documents.length);
  const fail = (/** @type {object} */ error) => {
    for (const index of open) rendered[index] = failed(documents[index], error);
    return rendered;
  };
  let open = [...documents.keys()];
  /** @type {Map<number, Steps>} */
  let known = new Map();
  for (let levels = inner.limits.inputDepth + 1; levels >= 0; levels -= 1) {
    const before = documents.length - open.length;
    const told = onProgress && ((/** @type {number} */ count) => onProgress(before + count, documents.length));
    const some = open.map((index) => documents[index]);
    const round = await renderRound(inner, some, { ...options, onProgress: told }, known);
    for (const [at, index] of open.entries()) rendered[index] = round.rendered[at];
    open = [...round.waiting.keys()].map((at) => open[at]);
    if (open.length === 0) return rendered;
    known = knownBy([...round.waiting.values()], await awaited(inner, round.waiting, options));
    if (options.signal?.aborted) return fail(CANCELLED);
  }
  return fail(ENDLESS);
}

/**
 * Have the calls made that documents wait for.
 * @param {Inner} inner
 * @param {ReadonlyMap<number, any>} waiting
 * @param {DocumentOptions & {endsAt: number}} options
 * @returns {Promise<any[]>} their outcomes, in order
 */
function awaited(inner, waiting, { limits, signal, endsAt, post, data }) {
  const shared = Object.fromEntries(Object.entries({ post, data }).filter(([, value]) => value));
  const all = [...waiting.values()].flatMap(({ awaits }) => awaits);
  const calls = all.map(({ call }) => call);
  const domainOf = (/** @type {number} */ index) => inner.domains.of(all[index].script);
  return apart({ ...inner, sanitiser: AS_MADE }, calls, { limits, signal, endsAt, shared }, domainOf, renderCalls);
}

/**
 * What is known of documents now: what the common domain said, and what came out elsewhere.
 * @param {readonly any[]} waiting
 * @param {readonly any[]} outcomes of all their calls, one document after the other
 * @returns {Map<number, Steps>}
 */
function knownBy(waiting, outcomes) {
  let next = 0;
  return new Map(
    waiting.map(({ known, awaits }, at) => {
      const made = awaits.map((/** @type {any} */ { step }) => [step, outcomes[next++]]);
      return [at, { ...known, ...Object.fromEntries(made) }];
    }),
  );
}
