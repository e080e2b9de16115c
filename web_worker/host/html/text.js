/** Text in HTML and in messages. The same rules: pybridge/html/text.py. */

const ENTITIES = /** @type {Record<string, string>} */ ({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
});

/**
 * Text that stays text in HTML, in an attribute too.
 * @param {string} text
 */
export function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/**
 * Lone surrogates replaced, which no file can hold.
 * @param {string} text
 */
export function encodable(text) {
  return text.replace(/[\ud800-\udfff]/gu, "?");
}

/**
 * The start of a text for a message, without what a terminal might obey.
 * @param {string} text
 * @param {number} [length] in characters
 */
export function shown(text, length = 40) {
  const characters = [...text.slice(0, 2 * length + 2)];
  const start = characters.slice(0, length).map((each) => (each < " " || each > "~" ? "?" : each));
  return start.join("") + (characters.length > length ? "…" : "");
}
