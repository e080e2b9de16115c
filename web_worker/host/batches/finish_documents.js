/** From what the engine reported of a document to the rendered document. */
import { splice } from "../html/splice.js";
import { htmlWarning, inDocumentOrder } from "../html/warnings.js";

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
 * Sanitise a document's results and put them into its text, a step for each macro.
 *
 * @param {any} document
 * @param {any} outcome of the engine; its results are sanitised in place
 * @param {{sanitiser: Pick<import("../html/sanitise.js").Sanitiser, "outcome">, isPreview: boolean, hasParts: boolean, meanUs: number}} options
 * @returns {Generator<undefined, any>} the rendered document
 */
export function* finishDocument(document, outcome, { sanitiser, isPreview, hasParts, meanUs }) {
  try {
    const warnings = yield* sanitised(outcome.macros, sanitiser, Math.round(meanUs * 10) / 10);
    outcome.warnings = inDocumentOrder(outcome.warnings, warnings);
    return spliced(document, outcome, isPreview, hasParts);
  } catch (error) {
    const message = `the worker's reply does not fit: ${/** @type {Error} */ (error).message}`;
    return failed(document, { code: "crash", message });
  }
}

/**
 * @param {any[]} macros of a document
 * @param {Pick<import("../html/sanitise.js").Sanitiser, "outcome">} sanitiser
 * @param {number} durationUs
 * @returns {Generator<undefined, any[]>} warnings about what was left out
 */
function* sanitised(macros, sanitiser, durationUs) {
  const warnings = [];
  for (const macro of macros) {
    for (const notice of sanitiser.outcome(macro)) warnings.push(htmlWarning(notice, macro.name, macro.position));
    macro.durationUs = durationUs;
    yield;
  }
  yield;
  return warnings;
}

/**
 * @param {any} document
 * @param {any} outcome with sanitised results
 * @param {boolean} isPreview
 * @param {boolean} hasParts
 */
function spliced(document, { parts, macros, warnings, errors }, isPreview, hasParts) {
  // The engine refused the document: it keeps its text.
  if (parts.length === 0 && errors.length > 0) return failed(document, errors[0]);
  const base = { output: splice(parts, macros, isPreview), macros, warnings, errors };
  const whole = hasParts ? { ...base, parts } : base;
  return document.path === undefined ? whole : { path: document.path, ...whole };
}
