/** Splits a line into words as a POSIX shell does. */

/** Blanks, a quotation of either kind, an escaped letter, or letters. */
const PIECE = /([ \t\r\n]+)|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^ \t\r\n'"\\]+)/y;

/**
 * @param {string} line
 * @returns {string[] | null} null where a quotation is not closed
 */
export function wordsOf(line) {
  /** @type {string[]} */
  const words = [];
  /** @type {string | null} */
  let word = null;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < line.length) {
    const piece = PIECE.exec(line);
    if (piece === null) return null;
    const [, blank, single, double, escaped, plain] = piece;
    if (blank === undefined) {
      word = (word ?? "") + (single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain);
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
}
