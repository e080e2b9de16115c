/**
 * A fast path around the sanitiser: a strict, linear test for HTML from which nothing would be removed.
 *
 * It accepts only what the sanitiser would hand back byte for byte: listed tags that nest freely, closed
 * in order, with listed attributes and values that hold neither a tag nor a hidden scheme. Everything
 * else is sanitised. A fuzz test checks that.
 */
import policy from "../../shared/html_policy.json" with { type: "json" };
import { isKnownFrame } from "./frame_hosts.js";

/** Elements that a parser leaves where they are written, whatever stands around them. */
const INLINE = new Set(
  (
    "abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt s samp small span strong sub sup time " +
    "u var wbr"
  ).split(" "),
);
const BLOCKS = new Set(
  "address article aside blockquote div figcaption figure footer header main nav section".split(" "),
);
const VOID = new Set(["br", "img", "wbr"]);
const MAX_DEPTH = 100;

const TAG = /<(\/?)([a-z][a-z0-9]*)((?:[\t\n ][^<>"]*(?:"[^<>"]*"[^<>"]*)*)?)(\/?)>/y;
const ATTRIBUTE = /[\t\n ]+([A-Za-z][A-Za-z0-9-]*)(?:="([^<>"]*)")?/y;
const REST = /^[\t\n ]*\/?$/;

/** A host that every reader of URLs takes: a name, and a port of up to four digits. */
const HOST = "(?!(?:[^/?#]*\\.)?xn--)(?:[a-z0-9-]+\\.)*[a-z][a-z0-9-]*(?::\\d{1,4})?(?![^/?#])";
const STARTS = policy.urlSchemes.map((scheme) => (/^https?$/.test(scheme) ? `${scheme}://${HOST}` : `${scheme}:`));
/** A URL without white space, control characters or entities but `&amp;`, whose scheme is on the list. */
const SAFE_URL = new RegExp(`^(?:${STARTS.join("|")}|[/?#.]|[A-Za-z0-9_-]+(?:[/?#.]|$))(?:[!#-%'-;=?-~]|&amp;)*$`);
/** Where entities may hide what ends a comment or raw text, or stand for who knows what. */
const HIDDEN = /(?:--!?|\])&gt;|&lt;\/|&(?=[A-Za-z#])(?!(?:amp|quot|lt|gt|nbsp|#39);)/;
/** A value that the sanitiser could not take for a URL. */
const NO_URL =
  /^(?:[^a-z&\u00a0\u1680\u180e\u2000-\u2029\u205f\u3000]|[a-z+.-]+(?:[^a-z+.\-:&\u00a0\u1680\u180e\u2000-\u2029\u205f\u3000]|$))[^&\u00a0\u1680\u180e\u2000-\u2029\u205f\u3000]*$|^$/i;

const TABLE = new Map(
  Object.entries(/** @type {Record<string, string[]>} */ (policy.attributes)).map(([tag, names]) => [
    tag,
    new Set(names),
  ]),
);
const EVERYWHERE = /** @type {Set<string>} */ (TABLE.get("*"));
const FREE_TEXT = new Set(["alt", "class", "id", "role", "title"]);
const URLS = new Set(policy.urlAttributes);
/** An iframe's address as the sanitiser writes it, too: lower case to its first slash. */
const PLAIN_FRAME = /^https:\/\/[a-z0-9.-]+\/(?:[!#-%'-;=?-~]|&amp;)*$/;

/**
 * @param {string} html
 * @param {ReadonlySet<string>} frameHosts hosts whose pages an iframe may show
 */
export function isPlain(html, frameHosts) {
  if (html.includes("\0")) return false;
  /** @type {string[]} */
  const open = [];
  let paragraphs = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", TAG.lastIndex)) {
    TAG.lastIndex = at;
    const found = TAG.exec(html);
    if (found === null) return false;
    const [, end, tag, attributes, slash] = found;
    if (end) {
      if (attributes !== "" || slash || open.pop() !== tag) return false;
      if (tag === "p") paragraphs -= 1;
      continue;
    }
    if (!mayStart(tag, open, paragraphs) || !hasPlainAttributes(tag, attributes, frameHosts)) return false;
    if (VOID.has(tag)) continue;
    if (slash || attributes.endsWith("/")) return false;
    if (tag === "iframe" && !html.startsWith("</iframe>", TAG.lastIndex)) return false;
    if (tag === "p") paragraphs += 1;
    if (open.push(tag) > MAX_DEPTH) return false;
  }
  return open.length === 0;
}

/**
 * @param {string} tag
 * @param {string[]} open
 * @param {number} paragraphs
 */
function mayStart(tag, open, paragraphs) {
  if (INLINE.has(tag) || tag === "iframe") return true;
  if (tag === "a") return !open.includes("a");
  return (tag === "p" || BLOCKS.has(tag)) && paragraphs === 0;
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {ReadonlySet<string>} frameHosts
 */
function hasPlainAttributes(tag, text, frameHosts) {
  if (text === "") return tag !== "iframe";
  const seen = new Set();
  let at = 0;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (found === null) return REST.test(text.slice(at)) && (tag !== "iframe" || seen.has("src"));
    const [, name, value = ""] = found;
    if (seen.has(name) || !isPlainAttribute(tag, name, value, frameHosts)) return false;
    seen.add(name);
    at = ATTRIBUTE.lastIndex;
  }
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} value
 * @param {ReadonlySet<string>} frameHosts
 */
function isPlainAttribute(tag, name, value, frameHosts) {
  if (value.includes("&") && HIDDEN.test(value)) return false;
  if (/^(?:data|aria)-[a-z0-9-]+$/.test(name)) return true;
  if (!EVERYWHERE.has(name) && !TABLE.get(tag)?.has(name)) return false;
  if (tag === "iframe" && name === "src") return PLAIN_FRAME.test(value) && isKnownFrame(value, frameHosts);
  if (URLS.has(name)) return SAFE_URL.test(value);
  return FREE_TEXT.has(name) || NO_URL.test(value);
}
