/**
 * Tries every network API at once with references taken before the scope was emptied.
 *
 * A refused connection fails as a blocked one does, so a failure alone proves nothing. The browser's report of the
 * violation does, with the address that was tried: to this worker, or to the frame's document (Firefox, of imports).
 * So does a `SecurityError` when the connection is made (WebKit). WebKit reports nothing: see silent.js. Firefox does not
 * report every interface: the others are stopped by the same directive as `fetch`, and are out of the scope by now.
 */
import { later, now } from "./primordials.js";
import { fact } from "./probe.js";
import { refusedInSilence } from "./silent.js";

const scope = /** @type {any} */ (globalThis);
const { fetch: platformFetch, XMLHttpRequest: Request, WebSocket: Socket, EventSource: Source } = scope;
const { WebTransport: Transport, navigator } = scope;
const importNow = (/** @type {string} */ url) => import(url);

/** How long the browser may take to report a violation, at least: it does so in a task of its own, late on a busy machine. */
const REPORT_MS = 600;
const LOOK_AGAIN_MS = 1;

/** Interfaces that Firefox does not report, the second one without a frame; and their names in the scope. */
const UNREPORTED = new Map([
  ["event-source", "EventSource"],
  ["web-transport", "WebTransport"],
]);

/** The longest wait, where timers are slow. */
const MOST_MS = 5000;

/** How often to look for reports before silence is concluded: until the probes begin the worker is busy and hears nothing. */
const LOOKS_BEFORE_SILENCE = 20;

/** The same as `REPORT_MS` where the directive is proved already, and only reports that may not come are missing. */
const LAST_REPORT_MS = 30;

/** Hosts whose blocking the browser reported; `data` for a `data:` address. @type {Set<string>} */
const reported = new Set();
scope.addEventListener("securitypolicyviolation", (/** @type {any} */ event) => note(event.blockedURI));
// The frame passes on what it was told of its workers.
scope.addEventListener("message", (/** @type {MessageEvent} */ { data }) => {
  if (data?.kind === "violation") note(data.blocked);
});

/** @param {unknown} blocked */
function note(blocked) {
  const url = String(blocked);
  reported.add(url.split("/")[2] ?? url.split(":")[0]);
}

/** Begun with the worker: long before the probes it is known whether the browser reports what it refuses. */
const first = { at: now(), isRefused: false };
platformFetch("data:,").catch(() => {
  first.isRefused = true;
});

/** Whether the browser refused an address and reported nothing, of that or of any other. */
const isSilent = () => first.isRefused && reported.size === 0 && now() - first.at > REPORT_MS;

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

/**
 * @param {string} mark part of every address, so that a report to the frame says which worker it is about
 * @param {string} page address of the page's server, which answers; empty for none
 * @returns {Promise<import("./probe.js").Probe[]>}
 */
export async function probeNetwork(mark, page) {
  // One host each, so that a report names its probe.
  const host = (/** @type {string} */ probe) => `${probe}.${mark}.pyodide.invalid`;
  /** What proves that the policy stopped an attempt. @type {Map<string, string>} */
  const proofs = new Map();
  const open = new Set(Object.keys(ATTEMPTS));
  for (const probe of open) {
    const { exists, go } = ATTEMPTS[probe];
    const thrown = exists ? attempt(() => go(host(probe))) : "";
    if (!exists) proofs.set(probe, "not there");
    else if (thrown === "SecurityError") proofs.set(probe, "refused at once");
  }
  const look = () => {
    for (const probe of open) {
      if (reported.has(host(probe))) proofs.set(probe, "reported");
      if (proofs.has(probe)) open.delete(probe);
    }
    return open.size > 0;
  };
  const patience = () => ([...open].every((probe) => UNREPORTED.has(probe)) ? LAST_REPORT_MS : REPORT_MS);
  const until = now() + MOST_MS;
  let isJudged = false;
  for (let looks = 0; look() && looks * LOOK_AGAIN_MS < patience() && now() < until; looks += 1) {
    if (!isJudged && looks >= LOOKS_BEFORE_SILENCE && isSilent()) {
      // Reports that come later still count.
      isJudged = true;
      for (const probe of await refusedInSilence(page)) proofs.set(probe, "refused, not reported");
    }
    await new Promise((resolve) => later(resolve, LOOK_AGAIN_MS));
  }
  for (const [probe, name] of UNREPORTED) {
    if (!open.has(probe) || !proofs.has("network") || scope[name] !== undefined) continue;
    proofs.set(probe, "not reported: by the directive of network, and out of the scope");
  }
  return Object.keys(ATTEMPTS).map((probe) => {
    const proof = proofs.get(probe);
    return fact(probe, proof !== undefined, proof ?? "the policy did not stop it");
  });
}

/**
 * @param {() => unknown} go
 * @returns {string} the name of what it threw at once
 */
function attempt(go) {
  try {
    // How it ends later proves nothing.
    Promise.resolve(go()).catch(() => {});
    return "";
  } catch (error) {
    return String(/** @type {Error} */ (error)?.name);
  }
}
