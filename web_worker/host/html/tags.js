/** Reads one tag of HTML. The same rules: pybridge/html/tags.py. */
import { shown } from "./text.js";
import { BOUNDS, keepsValue, TAGS, writtenName } from "./policy.js";
import { decodedValue } from "./references.js";

/**
 * A tag, judged by the policy on its own.
 * @typedef {object} Tag
 * @property {string} name
 * @property {boolean} isEnd
 * @property {boolean} isSelfClosing
 * @property {boolean} isAllowed whether the policy lists it, with the attributes that it has
 * @property {boolean} isLiteral whether every reader takes it for the same, and nothing of it is left out
 * @property {string} html a start tag as it is written in sanitised HTML
 * @property {readonly string[]} leftOut
 * @property {string | null} source the src of an iframe
 *
 * What tags are judged by.
 * @typedef {object} Rules
 * @property {ReadonlySet<string>} hosts whose pages an iframe may show
 * @property {import("./references.js").CharacterNames} names
 */

/** A tag that every reader of HTML takes for the same. HTML's white space is these five characters, not what \s means. */
const STRICT =
  /<\/?[A-Za-z][A-Za-z0-9]*(?:[\t\n\f\r ]+[^\t\n\f\r "'<>/=`]+(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"]*"|'[^']*'|[^\t\n\f\r "'<>=`]+))?){0,64}[\t\n\f\r ]*\/?>/y;

const TAG_NAME = /<\/?([A-Za-z][^\t\n\f\r />]*)/y;
const SPACE = /[\t\n\f\r /]*/y;
const NAME = /[^\t\n\f\r />][^\t\n\f\r />=]*/y;
const EQUALS = /[\t\n\f\r ]*=[\t\n\f\r ]*/y;
const UNQUOTED = /[^\t\n\f\r >]*/y;
const END = /^<\/[A-Za-z0-9]+[\t\n\f\r ]*>$/;
const SPECIAL = /[&\xa0"<>\r]/;
const ESCAPES = /** @type {Record<string, string>} */ ({
  "&": "&amp;",
  "\xa0": "&nbsp;",
  '"': "&quot;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#13;",
});
const REMEMBERED = 4096;
/** Characters. Longer tags are rarely met twice. */
const REMEMBERED_LENGTH = 256;

/** A tag has more attributes than the policy's bound. */
export class TooManyAttributes extends Error {}

/**
 * Reads the tag at a place if it is one that every reader takes for the same: the tag and its end, or undefined.
 * Tags are remembered by their source.
 * @param {Rules} rules
 * @returns {(html: string, start: number) => {tag: Tag, end: number} | undefined}
 */
export function createTagReader(rules) {
  /** @type {Map<string, Tag>} */
  const memo = new Map();
  return (html, start) => {
    STRICT.lastIndex = start;
    const found = STRICT.exec(html);
    if (found === null) return undefined;
    const [source] = found;
    const end = start + source.length;
    const known = memo.get(source);
    if (known !== undefined) return { tag: known, end };
    const { tag } = /** @type {{tag: Tag, end: number}} */ (lenientTag(source, 0, rules, true));
    if (memo.size >= REMEMBERED) memo.clear();
    if (source.length <= REMEMBERED_LENGTH) memo.set(source, tag);
    return { tag, end };
  };
}

/**
 * Reads the tag at *start*, where one begins, as a browser does; undefined if the text ends before the tag.
 * @param {string} html
 * @param {number} start
 * @param {Rules} rules
 * @param {boolean} [isStrict]
 * @returns {{tag: Tag, end: number} | undefined}
 */
export function lenientTag(html, start, rules, isStrict = false) {
  TAG_NAME.lastIndex = start;
  const named = /** @type {RegExpExecArray} */ (TAG_NAME.exec(html));
  const read = attributesAt(html, start + named[0].length, rules);
  if (read === undefined) return undefined;
  const { attributes, isSelfClosing, hasRepeated, end } = read;
  const name = lowered(named[1]);
  if (html[start + 1] === "/") {
    const isLiteral = isStrict && END.test(html.slice(start, end));
    const tag = { name, isEnd: true, isSelfClosing, isAllowed: true, isLiteral, html: "", leftOut: [], source: null };
    return { tag, end };
  }
  return { tag: startTag(name, attributes, { isSelfClosing, isLiteral: isStrict && !hasRepeated }, rules), end };
}

/**
 * @param {string} html
 * @param {number} start
 * @param {Rules} rules
 */
function attributesAt(html, start, rules) {
  /** @type {Map<string, string>} */
  const attributes = new Map();
  let hasRepeated = false;
  for (let at = start; ; ) {
    SPACE.lastIndex = at;
    SPACE.exec(html);
    const after = SPACE.lastIndex;
    if (html[after] === ">") {
      return { attributes, isSelfClosing: after > at && html[after - 1] === "/", hasRepeated, end: after + 1 };
    }
    NAME.lastIndex = after;
    const named = NAME.exec(html);
    if (named === null) return undefined;
    const { value, end } = valueAt(html, NAME.lastIndex);
    if (end < 0) return undefined;
    const name = lowered(named[0]);
    if (attributes.has(name)) hasRepeated = true;
    else attributes.set(name, decodedValue(value, rules.names));
    if (attributes.size > BOUNDS.attributes) throw new TooManyAttributes();
    at = end;
  }
}

/**
 * An attribute's value and its end, -1 if the text ends first.
 * @param {string} html
 * @param {number} at
 */
function valueAt(html, at) {
  EQUALS.lastIndex = at;
  if (!EQUALS.test(html)) return { value: "", end: at };
  const start = EQUALS.lastIndex;
  const quote = html[start];
  if (quote === '"' || quote === "'") {
    const end = html.indexOf(quote, start + 1);
    return { value: html.slice(start + 1, end), end: end < 0 ? end : end + 1 };
  }
  UNQUOTED.lastIndex = start;
  const [value] = /** @type {RegExpExecArray} */ (UNQUOTED.exec(html));
  return { value, end: start + value.length };
}

/**
 * @param {string} name
 * @param {ReadonlyMap<string, string>} attributes
 * @param {{isSelfClosing: boolean, isLiteral: boolean}} form
 * @param {Rules} rules
 * @returns {Tag}
 */
function startTag(name, attributes, { isSelfClosing, isLiteral }, { hosts }) {
  let html = `<${name}`;
  const leftOut = [];
  for (const [attribute, value] of attributes) {
    const own = writtenName(name, attribute);
    const kept = own === "value" ? value : value.trim();
    if (own === undefined) {
      leftOut.push(`${shown(attribute)} of <${shown(name)}>`);
    } else if (!keepsValue(name, attribute, value, hosts) || !keepsValue(name, attribute, kept, hosts)) {
      leftOut.push(`${shown(own)}="${shown(value)}" of <${shown(name)}>`);
    } else {
      html += ` ${own}="${escapedValue(kept)}"`;
    }
  }
  html += ">";
  const isAllowed = TAGS.has(name) && hasWhatItNeeds(name, attributes, html);
  const source = name === "iframe" ? (attributes.get("src") ?? null) : null;
  const isWhole = isLiteral && isAllowed && leftOut.length === 0;
  return { name, isEnd: false, isSelfClosing, isAllowed, isLiteral: isWhole, html, leftOut, source };
}

/**
 * Whether an iframe shows a known page; an input is a box that nobody can tick.
 * @param {string} name
 * @param {ReadonlyMap<string, string>} attributes
 * @param {string} html
 */
function hasWhatItNeeds(name, attributes, html) {
  if (name === "iframe") return html.includes(' src="');
  if (name === "input") return lowered(attributes.get("type") ?? "") === "checkbox" && html.includes(' disabled="');
  return true;
}

/**
 * HTML knows no other letters in two cases.
 * @param {string} text
 */
function lowered(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * An attribute's value as a serialiser writes it.
 * @param {string} value
 */
function escapedValue(value) {
  return SPECIAL.test(value) ? value.replace(/[&\xa0"<>\r]/g, (character) => ESCAPES[character]) : value;
}
