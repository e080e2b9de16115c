/**
 * Sanitises what macros return before it is handed out: DOMPurify with the shared policy file.
 *
 * Macro output keeps its own bytes only when it is self-contained – parsed between two texts it leaves
 * both at the top level, so that nothing of it can reach into its neighbours –, when it says no more
 * than its tree does, and when the sanitised form is the same DOM. In every other case the sanitised
 * serialisation is used.
 */
import createDOMPurify from "dompurify";
import policy from "../../shared/html_policy.json" with { type: "json" };
import { frameHosts, isKnownFrame, refusal } from "./frame_hosts.js";
import { tagDepth } from "./html_text.js";
import { createParser, keepsItsBytes, reader } from "./own_bytes.js";
import { isPlain } from "./plain_html.js";
import { escapeHtml } from "./splice.js";

/** Outputs remembered by content; macros repeat themselves. */
const MEMO_ENTRIES = 5000;
const MEMO_CHARACTERS = 8192;

/** Open tags. Parsers need time quadratic in the depth; what is deeper is shown as text. */
const MAX_DEPTH = 1024;

const BREAKOUTS = new RegExp(policy.breakouts, "i");
const PREFIXED_NAMES = new RegExp(policy.prefixedNames);
/** The attributes that the command line's sanitiser reads as URLs itself. */
const READ_AS_URLS = new Set(["href", "poster", "src"]);

const VOID_TAGS = new Set(policy.voidTags);
const RAW_TEXT_TAGS = new Set(policy.rawTextTags);

/**
 * The sanitised fragment; null where it keeps its own bytes.
 * @typedef {{html: string, refused?: string} | null} Cleaned
 *
 * @typedef {object} Sanitiser
 * @property {(html: string) => string} html
 * @property {(outcome: any) => string | undefined} outcome sanitises the outcome in place.
 *   Returns the warning about iframes that were left out
 */

/**
 * @param {"always" | "none"} mode "none" only where the host sanitises the finished page itself
 * @param {ReadonlySet<string>} [hosts] whose pages iframes may show; without it those of the policy
 * @returns {Sanitiser}
 */
export function createSanitiser(mode, hosts = frameHosts(undefined)) {
  const clean = mode === "none" ? () => null : memoised(createCleaner(hosts), hosts);
  return {
    html: (html) => clean(html)?.html ?? html,
    outcome({ result }) {
      if (result?.html === undefined) return undefined;
      const cleaned = clean(result.html);
      if (cleaned === null) return undefined;
      result.html = cleaned.html;
      return cleaned.refused;
    },
  };
}

/**
 * The memo holds for one list of hosts: each sanitiser has its own.
 * @param {(html: string) => Cleaned} clean
 * @param {ReadonlySet<string>} hosts
 * @returns {(html: string) => Cleaned}
 */
function memoised(clean, hosts) {
  /** @type {Map<string, Cleaned>} */
  const memo = new Map();
  return (/** @type {string} */ html) => {
    // Without a tag, text stays text in every HTML context between elements.
    if (!html.includes("<")) return null;
    if (isPlain(html, hosts)) return null;
    const known = memo.get(html);
    if (known !== undefined) return known;
    const cleaned = clean(html);
    if (memo.size >= MEMO_ENTRIES) memo.delete(/** @type {string} */ (memo.keys().next().value));
    if (html.length <= MEMO_CHARACTERS) memo.set(html, cleaned);
    return cleaned;
  };
}

/**
 * @param {ReadonlySet<string>} hosts
 * @returns {(html: string) => Cleaned}
 */
function createCleaner(hosts) {
  const purify = createPurifier(hosts);
  const parse = createParser();
  return (html) => {
    if (tagDepth(html, VOID_TAGS) > MAX_DEPTH) return { html: escapeHtml(html) };
    const cleaned = asWritten(String(purify.sanitize(`${PAGE_START}${html.replace(/\r\n?/g, "\n")}`)));
    if (keepsItsBytes(parse, html, cleaned)) return null;
    return { html: cleaned, refused: refusedFrames(parse, html, hosts) };
  };
}

/** As a serialiser writes it. */
const TAG = /<[^<>"]*(?:"[^"]*"[^<>"]*)*>/g;

/** What is cleaned is the body of a page as it is: not of one without a doctype, where tables may stand in paragraphs. */
const PAGE_START = "<!DOCTYPE html><html><head></head><body>";

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
    ALLOW_ARIA_ATTR: true,
    ALLOW_DATA_ATTR: true,
    ALLOWED_URI_REGEXP: uriPattern(policy.urlSchemes),
    FORBID_CONTENTS: policy.droppedWithContent,
    KEEP_CONTENT: true,
    // Without `name` on the list an id can only become a new property of window.
    SANITIZE_DOM: false,
  });
  const allowed = attributeTable();
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
    if (RAW_TEXT_TAGS.has(nameOf(node))) node.textContent = "";
  });
  purify.addHook("uponSanitizeAttribute", (node, data) => {
    const tag = nameOf(node);
    if (!allowed(tag, data.attrName) || !keepsValue(tag, data, node, hosts)) data.keepAttr = false;
  });
  // Without its page an iframe is an empty box.
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (nameOf(node) === "iframe" && !node.hasAttribute("src")) node.remove();
  });
  return purify;
}

/**
 * @param {import("./own_bytes.js").Parse} parse
 * @param {string} html
 * @param {ReadonlySet<string>} hosts
 */
function refusedFrames(parse, html, hosts) {
  if (!/<iframe/i.test(html)) return undefined;
  const sources = [...(parse(html)?.querySelectorAll("iframe") ?? [])].map((frame) => frame.getAttribute("src"));
  const refused = sources.filter((source) => source === null || !isKnownFrame(source, hosts));
  return refused.length > 0 ? refusal(refused, hosts) : undefined;
}

/** @param {readonly string[]} schemes */
function uriPattern(schemes) {
  // A scheme of the list, or none at all: relative, absolute-path, query, fragment.
  return new RegExp(`^(?:(?:${schemes.join("|")}):|[^a-z]|[a-z+.-]+(?:[^a-z+.\\-:]|$))`, "i");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what browsers ignore inside a URL
const IGNORED_IN_URLS = /[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u2029\u205f\u3000\ufeff]/g;

/**
 * Whether an allowed attribute may have this value.
 * @param {string} tag
 * @param {{attrName: string, attrValue: string}} attribute its value trimmed by more than browsers take away
 * @param {Element} node
 * @param {ReadonlySet<string>} hosts
 */
function keepsValue(tag, { attrName, attrValue }, node, hosts) {
  if (BREAKOUTS.test(attrValue)) return false;
  if (!policy.urlAttributes.includes(attrName)) return true;
  if (tag === "iframe") return isKnownFrame(node.getAttribute(attrName) ?? "", hosts);
  const scheme = /^([^/?#:]*):/.exec(attrValue.replace(IGNORED_IN_URLS, ""));
  if (scheme === null) return true;
  return policy.urlSchemes.includes(scheme[1].toLowerCase()) && (!READ_AS_URLS.has(attrName) || isUrl(attrValue));
}

/**
 * Chromium takes hosts that no other reader of URLs does, and writes what is wrong in them as %20.
 * @param {string} value
 */
function isUrl(value) {
  try {
    return !new URL(value).hostname.includes("%");
  } catch {
    return false;
  }
}

function attributeTable() {
  const table = /** @type {Record<string, string[]>} */ (policy.attributes);
  const lowered = new Map(
    Object.entries(table).map(([tag, names]) => [tag, new Set(names.map((name) => name.toLowerCase()))]),
  );
  const everywhere = lowered.get("*");
  return (/** @type {string} */ tag, /** @type {string} */ attribute) => {
    const name = attribute.toLowerCase();
    if (policy.attributePrefixes.some((prefix) => name.startsWith(prefix))) return PREFIXED_NAMES.test(name);
    return Boolean(everywhere?.has(name) || lowered.get(tag)?.has(name));
  };
}
