/** Character references of HTML, such as `&amp;` and `&#38;`. The same rules: pybridge/html/references.py. */
import policy from "../../shared/html_policy.json" with { type: "json" };

/**
 * What a name of a character stands for, "amp" for example; undefined for a name that HTML does not know.
 * @typedef {(name: string) => string | undefined} CharacterNames
 */

const REFERENCE = /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]*)(;?))/g;
const UNKNOWN = "\ufffd";
const MOST_DIGITS = 7;
const LONGEST_LEGACY = 6;
/** Names that need no semicolon. */
const LEGACY = new Set(policy.legacyReferences);
/** What the numbers 128 to 159 stand for. */
const WINDOWS_1252 =
  "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f" +
  "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";

/**
 * Text from between tags without references.
 * @param {string} text
 * @param {CharacterNames} names
 */
export function decodedText(text, names) {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (_, hexadecimal, decimal, name, semicolon) => {
    if (name === undefined) return character(hexadecimal, decimal);
    const known = semicolon ? names(name) : undefined;
    return known ?? byPrefix(name, names) + semicolon;
  });
}

/**
 * The value of an attribute without references; `?a=1&copy=2` has none.
 * @param {string} text
 * @param {CharacterNames} names
 */
export function decodedValue(text, names) {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (whole, hexadecimal, decimal, name, semicolon, at) => {
    if (name === undefined) return character(hexadecimal, decimal);
    if (semicolon) return names(name) ?? whole;
    const isKnown = LEGACY.has(name) && text[at + whole.length] !== "=";
    return (isKnown ? names(name) : undefined) ?? whole;
  });
}

/**
 * A name without its semicolon, read as a parser does: the longest known name at its start counts.
 * @param {string} name
 * @param {CharacterNames} names
 */
function byPrefix(name, names) {
  for (let length = Math.min(name.length, LONGEST_LEGACY); length > 1; length -= 1) {
    const known = name.slice(0, length);
    if (LEGACY.has(known)) return names(known) + name.slice(length);
  }
  return `&${name}`;
}

/**
 * @param {string | undefined} hexadecimal
 * @param {string} decimal
 */
function character(hexadecimal, decimal) {
  const digits = (hexadecimal ?? decimal).replace(/^0+/, "");
  const isNumber = digits.length > 0 && digits.length <= MOST_DIGITS;
  const number = isNumber ? Number.parseInt(digits, hexadecimal === undefined ? 10 : 16) : 0;
  if (number >= 0x80 && number <= 0x9f) return WINDOWS_1252[number - 0x80];
  const isCharacter = (number > 0 && number < 0xd800) || (number > 0xdfff && number <= 0x10ffff);
  return isCharacter ? String.fromCodePoint(number) : UNKNOWN;
}
