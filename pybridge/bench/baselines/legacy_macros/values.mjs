/** Escaping, and integers in params. */

/** @param {string} text */
export function escapeHtml(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** @param {string | undefined} text */
export function parseInteger(text) {
  const number = Number.parseInt(text || "", 10);
  return Number.isInteger(number) ? number : null;
}

/**
 * @param {string | undefined} text
 * @param {number} least
 * @param {number} most
 * @param {number} fallback
 */
export function integerWithin(text, least, most, fallback) {
  const number = parseInteger(text);
  return number !== null && number >= least && number <= most ? number : fallback;
}
