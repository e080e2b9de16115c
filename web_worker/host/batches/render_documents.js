/** A batch of documents: the engine finds and runs the macros, the host sanitises and splices. */
import { validateDocument } from "../../generated/validators.js";
import { drive } from "./batch.js";
import { frameWarning, inDocumentOrder } from "../html/frame_hosts.js";
import { checkInput, problemsOf } from "../wire/inputs.js";
import { rulesForDocuments } from "./item_rules.js";
import { withinHost } from "../wire/limits.js";
import { messageWithList } from "../wire/messages.js";
import { splice } from "../html/splice.js";
import { ItemSource } from "./item_source.js";

/**
 * @typedef {Record<string, any>} Steps something about each of some steps of a document, by the step's number
 *
 * @typedef {object} Batch
 * @property {readonly any[]} documents
 * @property {any[]} rendered
 * @property {Map<number, any>} waiting
 * @property {ReadonlyMap<number, Steps>} known
 * @property {ItemSource} supply
 * @property {any} shared
 * @property {DocumentOptions} options
 *
 * @typedef {object} DocumentOptions
 * @property {any} [env] shared by all documents; a document's own wins by key
 * @property {any} [data] likewise
 * @property {any} [post] likewise
 * @property {boolean} [parts] whether to hand out the pieces of each document beside its output
 * @property {Partial<import("../wire/limits.js").Limits>} [limits] lower ones than the host's, for this batch
 * @property {AbortSignal} [signal]
 * @property {(done: number, total: number) => void} [onProgress] documents finished
 *
 * @param {import("../client.js").Inner} inner
 * @param {readonly any[]} documents
 * @param {DocumentOptions & {endsAt: number}} options
 * @param {ReadonlyMap<number, Steps>} known what came out of steps before, by the document's index
 * @returns {Promise<{rendered: any[], waiting: Map<number, any>}>} the rendered documents, in order; and by index what
 *   those wait for that have macros of other trust domains
 */
export async function renderRound(inner, documents, options, known) {
  const { env, data, post, signal, endsAt } = options;
  const limits = withinHost(inner.limits, options.limits);
  /** @type {any[]} */
  const rendered = new Array(documents.length);
  const supply = new ItemSource(documents, (document, index) => {
    const problems = () => problemsOf(validateDocument, document, "document");
    const { error, text } = checkInput(document, limits, "document", problems);
    if (error) rendered[index] = failed(document, error);
    return error ? null : text;
  });
  const shared = { env, data, post };
  /** @type {Map<number, any>} */
  const waiting = new Map();
  const batch = { documents, rendered, waiting, known, supply, shared, options };
  const overtime = await drive(inner.pool, createWork(inner, limits, batch), { limits, signal, endsAt });
  for (const [index, document] of documents.entries()) {
    if (!waiting.has(index)) rendered[index] ??= failed(document, overtime ?? CANCELLED);
  }
  return { rendered, waiting };
}

/** Why a document that was not reached is not rendered. */
export const CANCELLED = { code: "cancelled", message: "cancelled before it was rendered" };

/**
 * A document that could not be rendered at all keeps its text.
 * @param {any} document
 * @param {any} error
 */
export function failed(document, error) {
  const call = document?.path ? { call: { path: document.path, line: 1, column: 1 } } : {};
  const base = {
    output: typeof document?.text === "string" ? document.text : "",
    macros: [],
    warnings: [],
    errors: [{ ...error, ...call }],
  };
  return document?.path ? { path: document.path, ...base } : base;
}

/**
 * @param {import("../client.js").Inner} inner
 * @param {import("../wire/limits.js").Limits} limits
 * @param {Batch} batch
 * @returns {import("./batch.js").Work}
 */
function createWork({ pool, domains, sanitiser, stats }, limits, batch) {
  const { documents, rendered, waiting, supply, shared, options } = batch;
  const { texts, places } = supply;
  /** Steps that killed a worker while they ran alone, by document. @type {Map<number, Steps>} */
  const charged = new Map();
  /** What came out of steps before, or in workers that were given up, by document. @type {Map<number, Steps>} */
  const settled = new Map(batch.known);
  /** The step the worker is at, in the document first open. */
  /** @type {{item: number, step: number, script?: string}} */
  let position = { item: 0, step: 0 };

  return {
    supply,
    isOneStepEach: false,
    rules: rulesForDocuments(pool, limits.itemS * 1000, texts),
    weight: (item) => weightOf(settled.get(places[item])),
    nextPath: () => position.script,
    message(first, count, sliceMs) {
      position = { item: first, step: 0 };
      return messageWithList("documents", "documents", texts.slice(first, first + count), {
        shared,
        sliceMs,
        charged: keptOf(charged, first, count),
        known: keptOf(settled, first, count),
        refused: pool.quarantine.charges(),
      });
    },
    accept(message, first) {
      stats.engineUs += message.elapsedUs;
      if (message.settled) {
        const place = places[first + message.settled.document];
        settled.set(place, { ...settled.get(place), [message.settled.step]: message.settled.outcome });
      }
      const { document, step, script } = message.position;
      position = { item: first + document, step, script };
      const rest = finish(first + message.first, message);
      return { finished: message.first + message.documents.length, last: message.done, rest };
    },
    charge(item, death) {
      const step = position.item === item ? position.step : 0;
      pool.quarantine.count(pool.library.at(position.script), death);
      const place = places[item];
      const steps = charged.get(place) ?? {};
      if (step in steps) {
        rendered[place] = failed(documents[place], death);
        return true;
      }
      charged.set(place, { ...steps, [step]: { code: death.code, message: death.message } });
      return false;
    },
    refuse(item, error) {
      rendered[places[item]] = failed(documents[places[item]], error);
    },
  };

  /**
   * What is kept of the *count* documents from *first* on, by their place in a message that has just them.
   * @param {ReadonlyMap<number, Steps>} kept
   * @param {number} first
   * @param {number} count
   */
  function keptOf(kept, first, count) {
    if (kept.size === 0) return {};
    const sent = places.slice(first, first + count).map((place, offset) => [offset, kept.get(place)]);
    return Object.fromEntries(sent.filter(([, steps]) => steps !== undefined));
  }

  /**
   * @param {number} start
   * @param {any} message
   */
  function* finish(start, { documents: finished, elapsedUs }) {
    const ran = finished.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.macros.length, 0);
    const meanUs = elapsedUs / Math.max(1, ran);
    for (const [offset, outcome] of finished.entries()) {
      const place = places[start + offset];
      if (outcome.awaits !== undefined) {
        waiting.set(place, outcome);
        continue;
      }
      try {
        const further = yield* sanitised(outcome.macros, meanUs);
        outcome.warnings = inDocumentOrder(outcome.warnings, further);
        rendered[place] = spliced(documents[place], outcome);
      } catch (error) {
        const message = `the worker's reply does not fit: ${/** @type {Error} */ (error).message}`;
        rendered[place] = failed(documents[place], { code: "crash", message });
      }
    }
    options.onProgress?.(supply.behind(start + finished.length) - waiting.size, documents.length);
  }

  /**
   * @param {any[]} macros of a document
   * @param {number} meanUs
   * @returns {Generator<undefined, any[]>} warnings of what was left out
   */
  function* sanitised(macros, meanUs) {
    const warnings = [];
    const durationUs = Math.round(meanUs * 10) / 10;
    for (const macro of macros) {
      // A macro of another trust domain was counted where it ran.
      if (macro.status !== "unknown" && !domains.isElsewhere(macro.scriptId)) {
        stats.count(macro.scriptId ?? macro.name, macro.error?.code, meanUs);
        stats.tally(macro.error?.code);
      }
      const refused = sanitiser.outcome(macro);
      if (refused !== undefined) warnings.push(frameWarning(refused, macro.name, macro.position));
      macro.durationUs = durationUs;
      yield;
    }
    yield;
    return warnings;
  }

  /**
   * @param {any} document
   * @param {any} outcome with sanitised results
   */
  function spliced(document, { parts, macros, warnings, errors }) {
    // The engine refused the document: it keeps its text.
    if (parts.length === 0 && errors.length > 0) return failed(document, errors[0]);
    const isPreview = Boolean({ ...shared.env, ...document.env }.isPreview);
    const base = { output: splice(parts, macros, isPreview), macros, warnings, errors };
    const whole = options.parts ? { ...base, parts } : base;
    return document.path === undefined ? whole : { path: document.path, ...whole };
  }
}

/**
 * Characters that what is known of a document's steps adds to a message, about.
 * @param {Steps} [steps]
 */
function weightOf(steps = {}) {
  const length = (/** @type {any} */ result) => (result?.html ?? result?.markdown ?? result?.text ?? "").length;
  return Object.values(steps).reduce((sum, { result }) => sum + 100 + length(result), 0);
}
