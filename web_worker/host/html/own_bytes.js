/**
 * Whether a fragment may keep its own bytes: they parse to exactly the tags they contain, do not affect the text around
 * them, and are the same DOM as the sanitised form.
 */
import policy from "../../shared/html_policy.json" with { type: "json" };
import { elementNames } from "./html_text.js";

const VOID_TAGS = new Set(policy.voidTags);
const RAW_TEXT_TAGS = new Set(policy.rawTextTags);

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

/** @typedef {(html: string, before?: string, after?: string) => HTMLElement | null} Parse */

/**
 * Parses as the body of a page, without running or loading anything; null when the fragment affects nodes
 * outside the body.
 * @returns {Parse}
 */
export function createParser() {
  const parser = new DOMParser();
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const trust = types?.createPolicy("pybridge", { createHTML: (/** @type {string} */ html) => html });
  return (html, before = "", after = "") => {
    const page = `<!DOCTYPE html><html><head></head><body>${before}${html}${after}</body></html>`;
    const { documentElement, body } = parser.parseFromString(trust ? trust.createHTML(page) : page, "text/html");
    return documentElement.attributes.length > 0 || body === null || body.attributes.length > 0 ? null : body;
  };
}

const BEFORE = "\u2060pb-start\u2060";
const AFTER = "\u2060pb-end\u2060";

/**
 * @param {Parse} parse
 * @param {string} own
 * @param {string} cleaned
 */
export function keepsItsBytes(parse, own, cleaned) {
  return isLiteral(parse, own) && isSelfContained(parse, own) && isSameDom(parse(own), parse(cleaned));
}

/**
 * Whether the text and its tree have the same elements, nested in the same way.
 * @param {Parse} parse
 * @param {string} html
 */
function isLiteral(parse, html) {
  const names = elementNames(html, VOID_TAGS, RAW_TEXT_TAGS);
  const body = names && parse(html);
  if (!names || !body) return false;
  const elements = body.querySelectorAll("*");
  const [parentOf, nameOf] = [reader(Node.prototype, "parentElement"), reader(Element.prototype, "localName")];
  if (names.length !== elements.length) return false;
  /** @type {Map<Element | null, number>} */
  const depths = new Map([[body, -1]]);
  return names.every((name, index) => {
    const element = elements[index];
    const depth = (depths.get(parentOf(element)) ?? 0) + 1;
    depths.set(element, depth);
    return name === `${depth} ${nameOf(element).toLowerCase()}`;
  });
}

/**
 * Whether texts before and after *html* both stay at the top level of the page.
 * @param {Parse} parse
 * @param {string} html
 */
function isSelfContained(parse, html) {
  const body = parse(html, BEFORE, AFTER);
  const { firstChild, lastChild } = body ?? {};
  if (firstChild?.nodeType !== Node.TEXT_NODE || !firstChild.nodeValue?.startsWith(BEFORE)) return false;
  return lastChild?.nodeType === Node.TEXT_NODE && Boolean(lastChild.nodeValue?.endsWith(AFTER));
}

/**
 * Equal node by node; attribute values are compared trimmed, because the sanitiser trims them.
 * @param {Node | null} left
 * @param {Node | null} right
 */
function isSameDom(left, right) {
  if (left === null || right === null) return false;
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
