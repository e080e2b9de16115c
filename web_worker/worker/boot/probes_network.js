/**
 * Tries every network API at once with references taken before the scope was emptied.
 *
 * A refused connection fails as a blocked one does: only the browser's own report of the violation,
 * with the address that was tried, proves that the policy did it.
 */
import { later } from "./primordials.js";
import { fact } from "./probe.js";

const scope = /** @type {any} */ (globalThis);
const { fetch: platformFetch, XMLHttpRequest: Request, WebSocket: Socket, EventSource: Source } = scope;
const { WebTransport: Transport, navigator } = scope;
const importNow = (/** @type {string} */ url) => import(url);

/** Hosts whose blocking the browser reported. @type {Set<string>} */
const reported = new Set();
scope.addEventListener("securitypolicyviolation", (/** @type {any} */ event) => {
  reported.add(hostOf(String(event.blockedURI)));
});

/** @param {string} url */
const hostOf = (url) => url.split("/")[2] ?? url;

/** One host each, so that a report names its probe. @param {string} probe */
const host = (probe) => `${probe}.pyodide.invalid`;

/** The attempts by the probe's name; a missing interface is as good as a blocked one. @type {Record<string, {exists: boolean, go: (host: string) => unknown}>} */
const ATTEMPTS = {
  network: { exists: true, go: (name) => platformFetch(`https://${name}/`) },
  xhr: {
    exists: Boolean(Request),
    go(name) {
      const request = new Request();
      request.open("GET", `https://${name}/`);
      request.send();
    },
  },
  websocket: { exists: Boolean(Socket), go: (name) => new Socket(`wss://${name}/`) },
  "event-source": { exists: Boolean(Source), go: (name) => new Source(`https://${name}/`) },
  "web-transport": { exists: Boolean(Transport), go: (name) => new Transport(`https://${name}/`).ready },
  beacon: {
    exists: typeof navigator.sendBeacon === "function",
    go: (name) => navigator.sendBeacon(`https://${name}/`, ""),
  },
  "import-url": { exists: true, go: (name) => importNow(`https://${name}/x.mjs`) },
};

/** How long the browser may take to report a violation, at least: it does so in a task of its own, late on a busy machine. */
const REPORT_MS = 600;
const LOOK_AGAIN_MS = 1;

/** @returns {Promise<import("./probe.js").Probe[]>} */
export async function probeNetwork() {
  const tried = Object.entries(ATTEMPTS).filter(([, { exists }]) => exists);
  for (const [probe, { go }] of tried) quietly(() => go(host(probe)));
  const isOpen = () => tried.some(([probe]) => !reported.has(host(probe)));
  for (let waited = 0; isOpen() && waited < REPORT_MS; waited += LOOK_AGAIN_MS) {
    await new Promise((resolve) => later(resolve, LOOK_AGAIN_MS));
  }
  return Object.entries(ATTEMPTS).map(([probe, { exists }]) => {
    if (!exists) return fact(probe, true, "not there");
    const held = reported.has(host(probe));
    return fact(probe, held, held ? "" : "the policy did not stop it");
  });
}

/** @param {() => unknown} attempt */
async function quietly(attempt) {
  try {
    await attempt();
  } catch {
    // The violation report decides.
  }
}
