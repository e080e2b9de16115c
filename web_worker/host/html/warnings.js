/** Warnings about HTML that was left out. The same rules: pybridge/html/warnings.py. */

/**
 * @param {import("./sanitise.js").Notice} notice
 * @param {string} macro its name
 * @param {{path?: string, line: number, column: number}} [position] in its document, where it is in one
 */
export function htmlWarning({ code, message }, macro, position) {
  if (position === undefined) return { code, message, macro };
  const { path, line, column } = position;
  const call = path === undefined ? { line, column } : { path, line, column };
  return { code, message, macro, call };
}

/**
 * @param {readonly any[]} warnings of a document, in its order
 * @param {readonly any[]} further likewise
 * @returns {readonly any[]} all of them, in its order
 */
export function inDocumentOrder(warnings, further) {
  if (further.length === 0) return warnings;
  const place = (/** @type {any} */ { call }) => [call?.line ?? Number.POSITIVE_INFINITY, call?.column ?? 0];
  return [...warnings, ...further].sort((one, other) => {
    const [line, column] = place(one);
    const [otherLine, otherColumn] = place(other);
    return line === otherLine ? column - otherColumn : line - otherLine;
  });
}
