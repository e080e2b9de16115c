/** Puts the macros' sanitised output into the document. */

import { escapeHtml } from "./text.js";

/**
 * @param {readonly (string | number)[]} parts literal text, or an index into *macros*
 * @param {readonly any[]} macros with sanitised results
 * @param {boolean} isPreview whether a failed macro leaves a mark
 */
export function splice(parts, macros, isPreview) {
  return parts
    .map((part, at) => {
      if (typeof part === "string") return part;
      const text = outputOf(macros[part], isPreview);
      const { margin } = macros[part];
      return margin === undefined ? text : withMargin(text, margin, String(parts[at + 1] ?? ""));
    })
    .join("");
}

/**
 * @param {string} text
 * @param {string} margin for each further line; of an empty one without the blanks at its end
 * @param {string} after what follows in the document, empty at its end
 */
function withMargin(text, margin, after) {
  return text.replace(/\r\n|\r|\n/g, (end, /** @type {number} */ at) => {
    const isEmpty = /^(?:$|[\r\n])/.test(text[at + end.length] ?? after);
    return end + (isEmpty ? margin.replace(/[ \t]+$/, "") : margin);
  });
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
