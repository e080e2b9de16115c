/** Reads HTML with the browser's parser, without running or loading anything. */

/**
 * Reads a property from the prototype: the fields of a form hide its own properties by their names.
 * @param {object} prototype
 * @param {string} name
 * @returns {(node: Node) => any}
 */
export function reader(prototype, name) {
  const { get } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, name));
  return (node) => get?.call(node);
}

/** The body of a page as it is: not of one without a doctype, where tables may stand in paragraphs. */
export const PAGE_START = "<!DOCTYPE html><html><head></head><body>";

/** @typedef {(html: string) => HTMLElement} Parse reads the body of a page */

/** @returns {Parse} */
export function createParser() {
  const parser = new DOMParser();
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const trust = types?.createPolicy("pybridge", { createHTML: (/** @type {string} */ html) => html });
  return (html) => {
    const page = `${PAGE_START}${html}</body></html>`;
    return parser.parseFromString(trust ? trust.createHTML(page) : page, "text/html").body;
  };
}

/** Those that nearly all texts use. */
const USUAL = /** @type {[string, string][]} */ ([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\xa0"],
]);

/**
 * The names of characters as the browser knows them, each looked up once.
 * @param {Parse} parse
 * @returns {import("./references.js").CharacterNames}
 */
export function createCharacterNames(parse) {
  /** @type {Map<string, string | undefined>} */
  const known = new Map(USUAL);
  return (name) => {
    if (!known.has(name)) known.set(name, lookUp(parse, name));
    return known.get(name);
  };
}

const LONGEST_NAME = 40;
/**
 * @param {Parse} parse
 * @param {string} name
 */
function lookUp(parse, name) {
  if (name.length > LONGEST_NAME) return undefined;
  const text = parse(`&${name};`).textContent ?? "";
  // The start of an unknown name may be known: its rest stays, with the semicolon.
  return text.length > 2 && text.endsWith(";") ? undefined : text;
}

/**
 * Equal node by node; attribute values are compared trimmed, because the library trims them.
 * @param {Node} left
 * @param {Node} right
 */
export function isSameDom(left, right) {
  const pairs = [[left, right]];
  while (pairs.length > 0) {
    const [a, b] = /** @type {Node[]} */ (pairs.pop());
    if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName || a.nodeValue !== b.nodeValue) return false;
    if (a instanceof Element && !hasSameAttributes(a, /** @type {Element} */ (b))) return false;
    if (a.childNodes.length !== b.childNodes.length) return false;
    for (const [index, child] of a.childNodes.entries()) pairs.push([child, b.childNodes[index]]);
  }
  return true;
}

/**
 * @param {Element} a
 * @param {Element} b
 */
function hasSameAttributes(a, b) {
  if (a.namespaceURI !== b.namespaceURI || a.attributes.length !== b.attributes.length) return false;
  return [...a.attributes].every(({ name, value }) => b.getAttribute(name)?.trim() === value.trim());
}
