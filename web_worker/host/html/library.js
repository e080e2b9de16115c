/** DOMPurify under the policy: looks at what is sanitised already, with the browser's own parser. */
import createDOMPurify from "dompurify";
import policy from "../../shared/html_policy.json" with { type: "json" };
import { PAGE_START, reader } from "./parser.js";
import { keepsValue, UNSUSPICIOUS, writtenName } from "./policy.js";

/** As a serialiser writes it. */
const TAG = /<[^<>"]*(?:"[^"]*"[^<>"]*)*>/g;

/**
 * @param {ReadonlySet<string>} hosts whose pages iframes may show
 * @returns {(html: string) => string} what the library leaves of a fragment
 */
export function createLibrary(hosts) {
  const purify = createPurifier(hosts);
  return (html) => asWritten(String(purify.sanitize(PAGE_START + html.replace(/\r\n?/g, "\n"))));
}

/**
 * Write what a parser would change: it eats a newline right after <pre>, and makes one of a carriage return. An
 * attribute `is` cannot be taken from an element, only emptied: it is left out here.
 * @param {string} cleaned
 */
function asWritten(cleaned) {
  const written = cleaned.replace(/(<pre(?:\s[^>]*)?>)(?=\n)/g, "$1\n").replaceAll("\r", "&#13;");
  return written.includes(' is=""') ? written.replace(TAG, (tag) => tag.replaceAll(' is=""', "")) : written;
}

/** @param {ReadonlySet<string>} hosts */
function createPurifier(hosts) {
  const purify = createDOMPurify(window);
  purify.setConfig({
    ALLOWED_TAGS: [...policy.tags, "#text"],
    ALLOWED_ATTR: [...new Set(Object.values(policy.attributes).flat())],
    ADD_URI_SAFE_ATTR: policy.textAttributes,
    ALLOW_ARIA_ATTR: true,
    ALLOW_DATA_ATTR: true,
    ALLOWED_URI_REGEXP: UNSUSPICIOUS,
    FORBID_CONTENTS: [...policy.droppedWithContent, ...policy.droppedInForeign],
    KEEP_CONTENT: true,
    // Without `name` on the list an id can only become a new property of window.
    SANITIZE_DOM: false,
  });
  addHooks(purify, hosts);
  return purify;
}

/**
 * @param {import("dompurify").DOMPurify} purify
 * @param {ReadonlySet<string>} hosts
 */
function addHooks(purify, hosts) {
  // DOMPurify drops a whole element with a comment beside escaped markup; comments are removed anyway.
  const read = reader(Node.prototype, "nodeName");
  const nameOf = (/** @type {Node} */ node) => read(node).toLowerCase();
  const childrenOf = reader(Node.prototype, "childNodes");
  purify.addHook("beforeSanitizeElements", (node) => {
    for (const child of [...childrenOf(node)]) {
      if (child.nodeType === Node.COMMENT_NODE) child.remove();
    }
  });
  purify.addHook("uponSanitizeElement", (node) => {
    if (nameOf(node) === "iframe") node.textContent = "";
  });
  purify.addHook("uponSanitizeAttribute", (node, data) => {
    const tag = nameOf(node);
    const name = data.attrName.toLowerCase();
    const value = node.getAttribute(data.attrName) ?? "";
    if (writtenName(tag, name) === undefined || !keepsValue(tag, name, value, hosts)) data.keepAttr = false;
  });
  // Without its page an iframe is an empty box.
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (nameOf(node) === "iframe" && !node.hasAttribute("src")) node.remove();
  });
}
