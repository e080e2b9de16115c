/** Puts the macros' sanitised output into the document. */

import { escapeHtml } from "./text.js";

/**
 * @param {readonly (string | number)[]} parts literal text, or an index into *macros*
 * @param {readonly any[]} macros with sanitised results
 * @param {boolean} isPreview whether a failed macro leaves a mark
 */
export function splice(parts, macros, isPreview) {
  return parts.map((part) => (typeof part === "string" ? part : outputOf(macros[part], isPreview))).join("");
}

/**
 * @param {any} macro
 * @param {boolean} isPreview
 * @returns {string}
 */
function outputOf({ result, error, raw }, isPreview) {
  if (result) return result.html ?? result.markdown ?? escapeHtml(result.text);
  if (!isPreview) return "";
  return `<span class="macro-error" title="${escapeHtml(error?.message ?? "")}">${escapeHtml(raw)}</span>`;
}
