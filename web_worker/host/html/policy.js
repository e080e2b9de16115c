/** What the HTML of macros may hold. The same rules, from the same file: pybridge/html/policy.py. */
import policy from "../../shared/html_policy.json" with { type: "json" };
import { isKnownFrame } from "./frame_hosts.js";

/** @typedef {{characters: number, tags: number, openElements: number, attributes: number}} Bounds */

export const TAGS = new Set(policy.tags);
export const DROPPED_WITH_CONTENT = new Set(policy.droppedWithContent);
/** Inside of <svg> and <math> only: elsewhere no parser knows them. */
export const DROPPED_IN_FOREIGN = new Set(policy.droppedInForeign.map((name) => name.toLowerCase()));
export const VOID_TAGS = new Set(policy.voidTags);
export const RAW_TEXT_TAGS = new Set(policy.rawTextTags);
/** Those that no parser moves, and that hold nothing special. */
export const PLAIN_TAGS = new Set(policy.plainTags);
export const SVG_TAGS = new Set(policy.svgTags);
export const MATH_TAGS = new Set(policy.mathTags);
export const MATH_TEXT_TAGS = new Set(policy.mathTextTags);
export const HEADINGS = new Set(policy.headings);
export const CLOSING_PARAGRAPHS = new Set(policy.closingParagraphs);
export const CLOSED_BY_RUBY_TEXT = new Set(policy.closedByRubyText);
/** @type {Bounds} */
export const BOUNDS = policy.bounds;

const isForeign = (/** @type {string} */ tag) => SVG_TAGS.has(tag) || MATH_TAGS.has(tag);
/** Those that stand outside of <svg> and <math>. */
export const HTML_TAGS = new Set([...policy.tags.filter((tag) => !isForeign(tag)), "a", "math", "svg"]);

const BREAKOUTS = new RegExp(policy.breakouts, "i");
const PREFIXED_NAMES = new RegExp(policy.prefixedNames);
const URLS = new Set(policy.urlAttributes);
const SRCSETS = new Set(policy.srcsetAttributes);
const PAINTS = new Set(policy.paintAttributes);
/** Functions that browsers may load something for, and escapes that hide them. */
const FOREIGN_PAINTS = new RegExp(policy.foreignPaints, "i");
/** What a value may not hold: a page that a link opens must not get hold of the page with the link. */
const REFUSED = new Map(
  Object.entries(policy.refusedValues).map(([name, pattern]) => [name, new RegExp(pattern, "i")]),
);
const TEXTS = new Set(policy.textAttributes);
const SCHEMES = new Set(policy.urlSchemes);

// biome-ignore lint/suspicious/noControlCharactersInRegex: what browsers ignore inside a URL
const IGNORED_IN_URLS = /[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u2029\u205f\u3000\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what DOMPurify ignores in values
const SPACES_TO_DOMPURIFY = /[\x00-\x20\xa0\u1680\u180e\u2000-\u2029\u205f\u3000]/g;
const CANDIDATES = /,[\t\n\f\r ]+/;
/** One image of a srcset: its URL, and its width or density. */
const CANDIDATE =
  /^[\t\n\f\r ]*([^\t\n\f\r ,](?:[^\t\n\f\r ]*[^\t\n\f\r ,])?)(?:[\t\n\f\r ]+[0-9]+(?:\.[0-9]+)?[wxh])?[\t\n\f\r ]*$/;

/** A scheme of the list, or none at all: relative, absolute-path, query, fragment. */
export const UNSUSPICIOUS = new RegExp(
  `^(?:(?:${policy.urlSchemes.join("|")}):|[^a-z]|[a-z+.-]+(?:[^a-z+.\\-:]|$))`,
  "i",
);

const WRITTEN = new Map(
  Object.entries(/** @type {Record<string, string[]>} */ (policy.attributes)).map(([tag, names]) => [
    tag,
    new Map([...policy.attributes["*"], ...names].map((name) => [name.toLowerCase(), name])),
  ]),
);
const EVERYWHERE = /** @type {Map<string, string>} */ (WRITTEN.get("*"));

/**
 * An attribute's name as it is written, undefined if the tag may not have it.
 * @param {string} tag
 * @param {string} attribute
 */
export function writtenName(tag, attribute) {
  const written = (WRITTEN.get(tag) ?? EVERYWHERE).get(attribute);
  return written === undefined && PREFIXED_NAMES.test(attribute) ? attribute : written;
}

/**
 * Whether an allowed attribute may have this value.
 * @param {string} tag
 * @param {string} attribute
 * @param {string} value
 * @param {ReadonlySet<string>} hosts whose pages an iframe may show
 */
export function keepsValue(tag, attribute, value, hosts) {
  if (BREAKOUTS.test(value)) return false;
  if (policy.attributePrefixes.some((prefix) => attribute.startsWith(prefix))) return PREFIXED_NAMES.test(attribute);
  if (TEXTS.has(attribute)) return true;
  if (!mayBeUrl(value)) return false;
  if (SRCSETS.has(attribute)) return keepsImages(value);
  if (PAINTS.has(attribute)) return !FOREIGN_PAINTS.test(value);
  if (!URLS.has(attribute)) return !REFUSED.get(attribute)?.test(value);
  return tag === "iframe" ? isKnownFrame(value, hosts) : keepsUrl(value);
}

/** @param {string} value */
function keepsUrl(value) {
  const scheme = /^([^/?#:]*):/.exec(value.replace(IGNORED_IN_URLS, ""));
  return scheme === null || SCHEMES.has(scheme[1].toLowerCase());
}

/** @param {string} value */
function keepsImages(value) {
  return value.split(CANDIDATES).every((each) => {
    const candidate = CANDIDATE.exec(each);
    return candidate !== null && keepsUrl(candidate[1]);
  });
}

/**
 * Whether DOMPurify keeps a value, which it takes for a URL wherever it knows no better.
 * @param {string} value
 */
function mayBeUrl(value) {
  const text = value.trim();
  return text === "" || UNSUSPICIOUS.test(text.replace(SPACES_TO_DOMPURIFY, ""));
}
