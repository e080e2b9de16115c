/**
 * What the sandbox proves about itself at every start, before it accepts a script.
 *
 * Each probe tries the forbidden thing with a reference taken *before* the scope was emptied, so that
 * the browser's wall is tested and not our own tidying. The host refuses to start when one fails that
 * the level it asked for needs.
 */
import { later } from "./primordials.js";

const scope = /** @type {any} */ (globalThis);
const { eval: evaluate, fetch: platformFetch, Worker: PlatformWorker, indexedDB, origin } = scope;
const { URL: PlatformURL, Blob: PlatformBlob } = scope;
const importNow = (/** @type {string} */ url) => import(url);
const listen = scope.addEventListener.bind(scope);

/** Directives of the Content-Security-Policy whose violation the browser reported, in order. */
const violations = /** @type {string[]} */ ([]);
listen("securitypolicyviolation", (/** @type {any} */ event) => violations.push(event.effectiveDirective));

/** @typedef {{probe: string, held: boolean, detail?: string}} Probe */

/**
 * @param {object} facts
 * @param {string[]} facts.leftovers platform names that resisted removal
 * @param {string[]} facts.reachable what Python could still import
 * @param {number} facts.closedImports
 * @param {boolean} facts.policyTaken
 * @returns {Promise<Probe[]>}
 */
export async function attest({ leftovers, reachable, closedImports, policyTaken }) {
  return [
    throws("string-eval", () => evaluate("1")),
    ...constructors(),
    await rejects("dynamic-import", () => importNow("data:text/javascript,export default 1")),
    await networkIsBlocked(),
    { probe: "opaque-origin", held: origin === "null" },
    throws("storage", () => indexedDB.open("pybridge")),
    nestedWorker(policyTaken),
    fact("globals", leftovers.length === 0, leftovers.join(" ")),
    fact("python-bridge", reachable.length === 0, reachable.join(", ")),
    fact("import-gate", closedImports > 100, `${closedImports} closed`),
  ];
}

/** @returns {Probe[]} */
function constructors() {
  const makers = {
    function: () => {},
    "async-function": async () => {},
    generator: function* () {},
    "async-generator": async function* () {},
  };
  return Object.entries(makers).map(([name, maker]) =>
    throws(`${name}-constructor`, () => /** @type {any} */ (maker).constructor("return 1")()),
  );
}

/**
 * @param {string} probe
 * @param {() => unknown} attempt
 * @returns {Probe}
 */
function throws(probe, attempt) {
  try {
    attempt();
    return { probe, held: false };
  } catch {
    return { probe, held: true };
  }
}

/**
 * @param {string} probe
 * @param {() => Promise<unknown>} attempt
 * @returns {Promise<Probe>}
 */
async function rejects(probe, attempt) {
  try {
    await attempt();
    return { probe, held: false };
  } catch {
    return { probe, held: true };
  }
}

/** How long the browser may take to report a violation: it does so in a task of its own. */
const REPORT_MS = 200;
const LOOK_AGAIN_MS = 1;

/** A refused connection also rejects: only the browser's own report proves that the policy did it. */
async function networkIsBlocked() {
  const { held } = await rejects("network", () => platformFetch("https://pyodide.invalid/probe"));
  const isReported = () => violations.includes("connect-src");
  for (let waited = 0; held && !isReported() && waited < REPORT_MS; waited += LOOK_AGAIN_MS) {
    await new Promise((resolve) => later(resolve, LOOK_AGAIN_MS));
  }
  return fact("network", held && isReported(), held && !isReported() ? "refused, but not by the policy" : "");
}

/** @param {boolean} policyTaken */
function nestedWorker(policyTaken) {
  if (typeof PlatformWorker !== "function") return fact("nested-worker", true, "");
  const url = PlatformURL.createObjectURL(new PlatformBlob([""]));
  const probe = throws("nested-worker", () => new PlatformWorker(url));
  PlatformURL.revokeObjectURL(url);
  return fact("nested-worker", probe.held && policyTaken, policyTaken ? "" : "policy name still free");
}

/**
 * @param {string} probe
 * @param {boolean} held
 * @param {string} detail
 * @returns {Probe}
 */
function fact(probe, held, detail) {
  return detail === "" ? { probe, held } : { probe, held, detail };
}
