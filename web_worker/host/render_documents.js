/** A batch of documents: the engine finds and runs the macros, the host sanitises and splices. */
import { validateDocument } from "../generated/validators.js";
import { drive } from "./batch.js";
import { checkInput, problemsOf } from "./inputs.js";
import { rulesForDocuments } from "./item_rules.js";
import { withinHost } from "./limits.js";
import { messageWithList } from "./messages.js";
import { splice } from "./splice.js";
import { Supply } from "./supply.js";

/**
 * @typedef {object} DocumentOptions
 * @property {any} [env] shared by all documents; a document's own wins by key
 * @property {any} [data] likewise
 * @property {any} [post] likewise
 * @property {boolean} [parts] whether to hand out the pieces of each document beside its output
 * @property {Partial<import("./limits.js").Limits>} [limits] lower ones than the host's, for this batch
 * @property {AbortSignal} [signal]
 * @property {(done: number, total: number) => void} [onProgress] documents finished
 *
 * @param {import("./client.js").Inner} inner
 * @param {readonly any[]} documents
 * @param {DocumentOptions} options
 * @returns {Promise<any[]>} one rendered document each, in order
 */
export async function renderDocuments(inner, documents, options) {
  const { env, data, post, signal } = options;
  const limits = withinHost(inner.limits, options.limits);
  /** @type {any[]} */
  const rendered = new Array(documents.length);
  const supply = new Supply(documents, (document, index) => {
    const problems = () => problemsOf(validateDocument, document, "document");
    const { error, text } = checkInput(document, limits, "document", problems);
    if (error) rendered[index] = failed(document, error);
    return error ? null : text;
  });
  const shared = { env, data, post };
  await drive(inner.pool, createWork(inner, limits, { documents, rendered, supply, shared, options }), {
    limits,
    signal,
  });
  const cancelled = { code: "cancelled", message: "cancelled before it was rendered" };
  for (const [index, document] of documents.entries()) rendered[index] ??= failed(document, cancelled);
  return rendered;
}

/**
 * A document that could not be rendered at all keeps its text.
 * @param {any} document
 * @param {any} error
 */
function failed(document, error) {
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
 * @param {import("./client.js").Inner} inner
 * @param {import("./limits.js").Limits} limits
 * @param {{documents: readonly any[], rendered: any[], supply: Supply, shared: any, options: DocumentOptions}} batch
 * @returns {import("./batch.js").Work}
 */
function createWork({ pool, sanitiser, stats }, limits, { documents, rendered, supply, shared, options }) {
  const { texts, places } = supply;
  /** Steps that killed a worker while they ran alone, by document. @type {Map<number, Record<string, any>>} */
  const charged = new Map();
  /** What came out of steps in workers that were given up, by document. @type {Map<number, Record<string, any>>} */
  const settled = new Map();
  /** The step the worker is at, in the document first open. */
  /** @type {{item: number, step: number, script?: string}} */
  let position = { item: 0, step: 0 };

  return {
    supply,
    isOneStepEach: false,
    rules: rulesForDocuments(pool, limits.itemS * 1000, texts),
    nextPath: () => position.script,
    message(first, count, sliceMs) {
      position = { item: first, step: 0 };
      return messageWithList("documents", "documents", texts.slice(first, first + count), {
        shared,
        sliceMs,
        charged: from(charged, first),
        known: from(settled, first),
        refused: pool.quarantine.charges(),
      });
    },
    accept(message, first) {
      stats.engineUs += message.elapsedUs;
      if (message.settled) {
        const item = first + message.settled.document;
        settled.set(item, { ...settled.get(item), [message.settled.step]: message.settled.outcome });
      }
      const { document, step, script } = message.position;
      position = { item: first + document, step, script };
      const rest = finish(first + message.first, message);
      return { finished: message.first + message.documents.length, last: message.done, rest };
    },
    charge(item, death) {
      const step = position.item === item ? position.step : 0;
      pool.quarantine.count(pool.library.at(position.script), death);
      const steps = charged.get(item) ?? {};
      if (step in steps) {
        rendered[places[item]] = failed(documents[places[item]], death);
        return true;
      }
      charged.set(item, { ...steps, [step]: { code: death.code, message: death.message } });
      return false;
    },
    refuse(item, error) {
      rendered[places[item]] = failed(documents[places[item]], error);
    },
  };

  /**
   * @param {number} start
   * @param {any} message
   */
  function* finish(start, { documents: finished, elapsedUs }) {
    const ran = finished.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.macros.length, 0);
    const meanUs = elapsedUs / Math.max(1, ran);
    for (const [offset, outcome] of finished.entries()) {
      const place = places[start + offset];
      try {
        yield* sanitised(outcome.macros, meanUs);
        rendered[place] = spliced(documents[place], outcome);
      } catch (error) {
        const message = `the worker's reply does not fit: ${/** @type {Error} */ (error).message}`;
        rendered[place] = failed(documents[place], { code: "crash", message });
      }
    }
    options.onProgress?.(supply.behind(start + finished.length), documents.length);
  }

  /**
   * @param {any[]} macros of a document
   * @param {number} meanUs
   */
  function* sanitised(macros, meanUs) {
    const durationUs = Math.round(meanUs * 10) / 10;
    for (const macro of macros) {
      if (macro.status !== "unknown") {
        stats.count(macro.scriptId ?? macro.name, macro.error?.code, meanUs);
        stats.tally(macro.error?.code);
      }
      sanitiser.outcome(macro).durationUs = durationUs;
      yield;
    }
    yield;
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
 * What is kept of documents from *first* on, by their place in a message that begins there.
 * @param {Map<number, Record<string, any>>} kept
 * @param {number} first
 */
function from(kept, first) {
  return Object.fromEntries([...kept].filter(([item]) => item >= first).map(([item, steps]) => [item - first, steps]));
}
