/**
 * Sanitises what macros return, before anyone sees it: DOMPurify under the one policy file.
 *
 * Macro output keeps its own bytes only when it is self-contained – parsed between two texts it leaves
 * both at the top level, so that nothing of it can reach into its neighbours – and when the sanitised
 * form is the same DOM. In every other case the sanitised serialisation is used.
 */
import createDOMPurify from "dompurify";
import policy from "../shared/html_policy.json" with { type: "json" };

/** Outputs remembered by content; macros repeat themselves. */
const MEMO_ENTRIES = 5000;
const MEMO_CHARACTERS = 20_000;

/** @typedef {{html: (html: string) => string, outcome: (outcome: any) => any}} Sanitiser */

/**
 * @param {"always" | "none"} mode "none" only where the host sanitises the finished page itself
 * @returns {Sanitiser}
 */
export function createSanitiser(mode) {
  const html = mode === "none" ? (/** @type {string} */ text) => text : memoised(createCleaner());
  return {
    html,
    outcome(outcome) {
      if (outcome.result?.html === undefined) return outcome;
      return { ...outcome, result: { ...outcome.result, html: html(outcome.result.html) } };
    },
  };
}

/** @param {(html: string) => string} clean */
function memoised(clean) {
  /** @type {Map<string, string>} */
  const memo = new Map();
  return (/** @type {string} */ html) => {
    // No tag, no entity, no attribute: text stays text in every HTML context between elements.
    if (!html.includes("<") && !html.includes("&") && !html.includes("\0")) return html;
    const known = memo.get(html);
    if (known !== undefined) return known;
    const cleaned = clean(html);
    if (memo.size >= MEMO_ENTRIES) memo.delete(/** @type {string} */ (memo.keys().next().value));
    if (html.length <= MEMO_CHARACTERS) memo.set(html, cleaned);
    return cleaned;
  };
}

/** @returns {(html: string) => string} */
function createCleaner() {
  const purify = createDOMPurify(window);
  purify.setConfig({
    ALLOWED_TAGS: [...policy.tags, "#text"],
    ALLOWED_ATTR: [...new Set(Object.values(policy.attributes).flat())],
    ALLOW_ARIA_ATTR: true,
    ALLOW_DATA_ATTR: true,
    ALLOWED_URI_REGEXP: uriPattern(policy.urlSchemes),
    FORBID_CONTENTS: policy.droppedWithContent,
    KEEP_CONTENT: true,
    SANITIZE_DOM: true,
  });
  const allowed = attributeTable();
  purify.addHook("uponSanitizeAttribute", (node, data) => {
    if (!allowed(node.nodeName.toLowerCase(), data.attrName) || isForeignFrame(node, data)) data.keepAttr = false;
  });
  const parse = createParser();
  return (html) => {
    const cleaned = String(purify.sanitize(html));
    return keepsItsBytes(parse, html, cleaned) ? html : cleaned;
  };
}

/** @param {readonly string[]} schemes */
function uriPattern(schemes) {
  // A scheme of the list, or none at all: relative, absolute-path, query, fragment.
  return new RegExp(`^(?:(?:${schemes.join("|")}):|[^a-z]|[a-z+.-]+(?:[^a-z+.\\-:]|$))`, "i");
}

function attributeTable() {
  const table = /** @type {Record<string, string[]>} */ (policy.attributes);
  const lowered = new Map(
    Object.entries(table).map(([tag, names]) => [tag, new Set(names.map((name) => name.toLowerCase()))]),
  );
  const everywhere = lowered.get("*");
  return (/** @type {string} */ tag, /** @type {string} */ attribute) => {
    const name = attribute.toLowerCase();
    if (policy.attributePrefixes.some((prefix) => name.startsWith(prefix))) return true;
    return Boolean(everywhere?.has(name) || lowered.get(tag)?.has(name));
  };
}

/**
 * @param {Element} node
 * @param {{attrName: string, attrValue: string}} attribute
 */
function isForeignFrame(node, { attrName, attrValue }) {
  if (node.nodeName.toLowerCase() !== "iframe" || attrName !== "src") return false;
  try {
    const { protocol, hostname } = new URL(attrValue.trim());
    return protocol !== "https:" || !policy.iframeHosts.includes(hostname);
  } catch {
    return true;
  }
}

/** @returns {(html: string) => HTMLElement} parses without running or loading anything */
function createParser() {
  const inert = document.implementation.createHTMLDocument("");
  const types = /** @type {any} */ (globalThis).trustedTypes;
  const trust = types?.createPolicy("pybridge", { createHTML: (/** @type {string} */ html) => html });
  return (html) => {
    const holder = inert.createElement("div");
    holder.innerHTML = trust ? trust.createHTML(html) : html;
    return holder;
  };
}

const BEFORE = "pybridge-before";
const AFTER = "pybridge-after";

/**
 * @param {(html: string) => HTMLElement} parse
 * @param {string} own
 * @param {string} cleaned
 */
function keepsItsBytes(parse, own, cleaned) {
  const between = parse(BEFORE + own + AFTER);
  const { firstChild, lastChild } = between;
  if (firstChild?.nodeType !== Node.TEXT_NODE || !firstChild.nodeValue?.startsWith(BEFORE)) return false;
  if (lastChild?.nodeType !== Node.TEXT_NODE || !lastChild.nodeValue?.endsWith(AFTER)) return false;
  return isSameDom(between, parse(BEFORE + cleaned + AFTER));
}

/**
 * Equal node by node; attribute values are compared trimmed, because the sanitiser trims them.
 * @param {Node} left
 * @param {Node} right
 */
function isSameDom(left, right) {
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
