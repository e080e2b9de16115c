/**
 * Why a file did not load, or the sandbox frame did not answer. Nothing here runs before something failed: `look` asks for the
 * address once more and gathers what a page can see, `whyNotLoaded` and `whyNoFrame` decide.
 */
import { admits, directivesOf, refusesInline } from "./policies.js";
import { isControlled } from "./service_worker.js";

/** Milliseconds for looking: whoever waits for the error has waited long. */
const LOOK_MS = 2000;

/**
 * @typedef {object} Facts about an address
 * @property {URL} url
 * @property {readonly string[]} pages origins of the page and of the pages around it, as far as the browser tells them
 * @property {"answered" | "unreadable" | "none" | "late"} outcome of asking again; unreadable: the server answers, but lets
 *   pages of this origin read nothing
 * @property {number} status
 * @property {(name: string) => string} header of the answer; empty where there is none, or the page may not read it
 * @property {boolean} isForbidden whether the page's own connect-src forbids asking
 * @property {readonly string[]} reports kinds of reports about the address under the page's Cross-Origin-Embedder-Policy
 * @property {boolean} isIsolated whether the page is cross-origin isolated
 * @property {boolean} isControlled whether a service worker answers the page's requests
 *
 * @typedef {readonly [why: string, hint?: string]} Cause
 *
 * @typedef {(facts: Facts) => Cause | false} Rule
 */

const OMIT = "send frame.htm without that header";
const SEND = "send frame.htm with ";
const CORP = "Cross-Origin-Resource-Policy";
const COEP = "Cross-Origin-Embedder-Policy";
const CSP = "Content-Security-Policy";

/** @type {Rule} */
const isLate = ({ outcome }) => outcome === "late" && ["its server does not answer in time"];

/** @type {Rule} */
const isGone = ({ outcome, isForbidden, url, pages }) =>
  outcome === "none" &&
  !isForbidden &&
  url.protocol !== "file:" && [
    `its server cannot be reached${url.origin === pages[0] ? "" : ", or sends no Access-Control-Allow-Origin"}`,
    "is the server running, and is this machine online?",
  ];

/** @type {readonly Rule[]} */
const NOT_LOADED = [
  ({ isForbidden, url }) => isForbidden && [`the page's ${CSP} forbids it`, `add to it: connect-src ${url.origin}`],
  isLate,
  ({ outcome, pages }) =>
    outcome === "unreadable" && [
      "its server lets no page of another origin read it",
      `send it with Access-Control-Allow-Origin: ${pages[0]}`,
    ],
  isGone,
];

/** In this order: what is certain, then what is likely. @type {readonly Rule[]} */
const NO_FRAME = [
  ({ reports, isIsolated, outcome, header }) =>
    (reports.includes("navigation") || (isIsolated && outcome === "answered" && !header(COEP))) && [
      `the page has a ${COEP}, and the frame comes without one`,
      `${SEND + COEP}: require-corp`,
    ],
  ({ reports }) => reports.includes("corp") && [`its ${CORP} does not admit this page`, `${SEND + CORP}: cross-origin`],
  isLate,
  isGone,
  ({ status }) => status > 299 && [`it is answered with ${status}`, "deploy the whole folder"],
  ({ outcome, header }) =>
    outcome === "answered" &&
    !/^(text\/html|application\/xhtml\+xml)\b/i.test(header("Content-Type")) && [
      `its Content-Type is ${header("Content-Type") || "missing"}`,
      `${SEND}text/html`,
    ],
  ({ header }) =>
    /^\s*attachment/i.test(header("Content-Disposition")) && [
      "it is sent as a download (Content-Disposition: attachment)",
      OMIT,
    ],
  ({ header, url, pages }) => {
    const lists = directivesOf(header(CSP), "frame-ancestors");
    const refusing = lists.find((sources) => !pages.every((page) => admits(sources, page, url.origin)));
    const options = header("X-Frame-Options");
    const isRefused =
      /deny/i.test(options) || (/sameorigin/i.test(options) && pages.some((page) => page !== url.origin));
    const by = refusing ? `${CSP}: frame-ancestors ${refusing.join(" ")}` : `X-Frame-Options: ${options}`;
    const isCause = refusing || (lists.length === 0 && isRefused);
    return isCause && [`${by} does not admit the page ${pages.join(" in ")}`, OMIT];
  },
  ({ header }) =>
    directivesOf(header(CSP), "sandbox").some((tokens) => !tokens.includes("allow-scripts")) && [
      `its ${CSP} header has a sandbox that allows no scripts`,
      OMIT,
    ],
  ({ header }) =>
    directivesOf(header(CSP), "script-src-elem", "script-src", "default-src").some(refusesInline) && [
      `its ${CSP} header refuses the frame's own script`,
      OMIT,
    ],
  ({ isIsolated, header }) =>
    isIsolated &&
    header(CORP) !== "cross-origin" && [
      `this browser asks for a ${CORP} under the page's ${COEP}`,
      `${SEND + CORP}: cross-origin`,
    ],
  (facts) =>
    facts.isControlled && [
      "its server cannot be reached, and no service worker answers for a sandboxed frame",
      `let the service worker send it with ${CSP}: sandbox allow-scripts`,
    ],
  ({ url, pages }) =>
    url.origin !== pages[0] && ["its headers cannot be read from this page", "see the browser's console"],
];

/** @param {Facts} facts */
export const whyNotLoaded = (facts) => decide(NOT_LOADED, facts);

/** @param {Facts} facts */
export const whyNoFrame = (facts) => decide(NO_FRAME, facts);

/**
 * @param {readonly Rule[]} rules
 * @param {Facts} facts
 * @returns {Cause | undefined}
 */
function decide(rules, facts) {
  for (const rule of rules) {
    const cause = rule(facts);
    if (cause) return cause;
  }
}

/**
 * @param {URL} url
 * @returns {Promise<Facts>}
 */
export async function look(url) {
  const signal = AbortSignal.timeout(LOOK_MS);
  const reports = reportsAbout(url);
  let isForbidden = false;
  const forbid = (/** @type {SecurityPolicyViolationEvent} */ { effectiveDirective }) => {
    isForbidden ||= effectiveDirective === "connect-src";
  };
  document.addEventListener("securitypolicyviolation", forbid);
  // Not from a cache: the frame's response counts, and a cached one may be that of a fetch.
  const ask = (/** @type {RequestMode} */ mode) => fetch(url, { signal, mode, cache: "no-store" }).catch(() => null);
  const answer = await ask("cors");
  const isThere = answer !== null || (await ask("no-cors")) !== null;
  // The events of a refusal come after it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  document.removeEventListener("securitypolicyviolation", forbid);
  answer?.body?.cancel().catch(() => {});
  return {
    url,
    pages: [location.origin, ...(location.ancestorOrigins ?? [])],
    outcome: answer ? "answered" : isThere ? "unreadable" : signal.aborted ? "late" : "none",
    status: answer?.status ?? 0,
    header: (name) => answer?.headers.get(name) ?? "",
    isForbidden,
    reports,
    isIsolated: globalThis.crossOriginIsolated === true,
    isControlled: isControlled(),
  };
}

/**
 * @param {URL} url
 * @returns {string[]} filled a moment later; stays empty in browsers without such reports
 */
function reportsAbout(url) {
  /** @type {string[]} */
  const kinds = [];
  const note = (/** @type {readonly any[]} */ reports) => {
    // Their members can be read only so.
    const bodies = reports.map(({ body }) => body?.toJSON());
    for (const body of bodies) if (body?.blockedURL === url.href) kinds.push(body.type);
  };
  const observer = globalThis.ReportingObserver && new ReportingObserver(note, { types: ["coep"], buffered: true });
  observer?.observe();
  setTimeout(() => observer?.disconnect(), LOOK_MS);
  return kinds;
}
