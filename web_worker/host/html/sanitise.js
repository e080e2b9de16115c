/**
 * Sanitises what macros return before it is handed out. The same rules: pybridge/html/sanitise.py.
 *
 * Two walls stand behind each other: the normaliser writes what the policy lists in a form that every parser reads alike, and
 * DOMPurify looks at the outcome with the browser's parser. It finds nothing to remove; if it did, its form would be used.
 *
 * Macro output keeps its own bytes if every tag has its element in the sanitised form, and nothing else does.
 */
import { frameHosts, refusal } from "./frame_hosts.js";
import { createLibrary } from "./library.js";
import { createNormaliser } from "./normalise.js";
import { createCharacterNames, createParser, isSameDom } from "./parser.js";
import { BOUNDS } from "./policy.js";
import { encodable, escapeHtml } from "./text.js";

/** Outputs remembered by content; macros repeat themselves. */
const MEMO_ENTRIES = 5000;
const MEMO_CHARACTERS = 8192;
const MOST_LISTED = 5;

/**
 * A kind of warning and what it says.
 * @typedef {{code: string, message: string}} Notice
 *
 * The sanitised fragment and what was left out; null where it keeps its own bytes.
 * @typedef {{html: string, notices: readonly Notice[]} | null} Cleaned
 *
 * @typedef {object} Sanitiser
 * @property {(html: string) => string} html
 * @property {(outcome: any) => readonly Notice[]} outcome sanitises the outcome in place, returns what was left out
 */

/** @type {readonly Notice[]} */
const NOTHING = [];

/**
 * @param {"always" | "none"} mode "none" only where the host sanitises the finished page itself
 * @param {ReadonlySet<string>} [hosts] whose pages iframes may show; without it those of the policy
 * @returns {Sanitiser}
 */
export function createSanitiser(mode, hosts = frameHosts(undefined)) {
  const clean = mode === "none" ? () => null : memoised(createCleaner(hosts));
  return {
    html: (html) => clean(html)?.html ?? html,
    outcome({ result }) {
      if (result?.html === undefined) return NOTHING;
      const cleaned = clean(result.html);
      if (cleaned === null) return NOTHING;
      result.html = cleaned.html;
      return cleaned.notices;
    },
  };
}

/**
 * The memo holds for one list of hosts: each sanitiser has its own.
 * @param {(html: string) => Cleaned} clean
 * @returns {(html: string) => Cleaned}
 */
function memoised(clean) {
  /** @type {Map<string, Cleaned>} */
  const memo = new Map();
  return (/** @type {string} */ html) => {
    // Without a tag, text stays text in every HTML context between elements.
    if (!html.includes("<")) return unpaired(html);
    const known = memo.get(html);
    if (known !== undefined) return known;
    const cleaned = clean(html);
    if (memo.size >= MEMO_ENTRIES) memo.delete(/** @type {string} */ (memo.keys().next().value));
    if (html.length <= MEMO_CHARACTERS) memo.set(html, cleaned);
    return cleaned;
  };
}

/**
 * Without a tag only what no file can hold is changed.
 * @param {string} text
 * @returns {Cleaned}
 */
function unpaired(text) {
  const html = encodable(text);
  return html === text ? null : { html, notices: NOTHING };
}

/**
 * @param {ReadonlySet<string>} hosts
 * @returns {(html: string) => Cleaned}
 */
function createCleaner(hosts) {
  const parse = createParser();
  const names = createCharacterNames(parse);
  const normalise = createNormaliser({ hosts, names });
  const library = createLibrary(hosts);
  return (source) => {
    const html = encodable(source);
    const normalised = normalise(html);
    if (normalised === undefined) return { html: escapeHtml(html), notices: [tooMuch()] };
    const { isExact, isPlain } = normalised;
    if (isExact && isPlain && html === source) return null;
    const own = isExact ? html : normalised.html;
    const found = library(own);
    const isSame = found === normalised.html || isSameDom(parse(normalised.html), parse(found));
    if (isSame && own === source) return null;
    return { html: isSame ? own : found, notices: noticesOf(normalised, hosts) };
  };
}

/**
 * @param {import("./normalise.js").Normalised} normalised
 * @param {ReadonlySet<string>} hosts
 */
function noticesOf({ leftOut, frames }, hosts) {
  const notices = [];
  if (frames.length > 0) notices.push({ code: "iframe-host", message: refusal(frames, hosts) });
  if (leftOut.length > 0) {
    const others = leftOut.length - MOST_LISTED;
    const more = others > 0 ? ` and ${others} more` : "";
    const message = `left out of the HTML: ${leftOut.slice(0, MOST_LISTED).join(", ")}${more}`;
    notices.push({ code: "html-left-out", message });
  }
  return notices;
}

/** @returns {Notice} */
function tooMuch() {
  const [characters, tags] = [BOUNDS.characters, BOUNDS.tags].map((count) => count.toLocaleString("en"));
  const message =
    `the HTML is shown as text: it has more than ${tags} tags, ${BOUNDS.openElements} open elements, ` +
    `${BOUNDS.attributes} attributes in a tag, or ${characters} characters`;
  return { code: "html-left-out", message };
}
