/**
 * Proofs where the browser refuses connections and reports nothing: addresses that answer when no policy is on.
 *
 * `data:` needs no network: without a policy it is read. A policy that admits every server refuses it as well, so the
 * page's own server, which has just answered the page, has to be refused, too. A page opened by `file:` has none.
 */
import { refusal } from "./probe.js";

const scope = /** @type {any} */ (globalThis);
const { fetch: platformFetch, XMLHttpRequest: Request } = scope;
const importNow = (/** @type {string} */ url) => import(url);

const DATA = "data:,";
const DATA_MODULE = "data:text/javascript,export default 1";

/**
 * @param {string} page address of the page's server; empty for none
 * @returns {Promise<string[]>} names of the probes that hold
 */
export async function refusedInSilence(page) {
  const [data, server, xhr, module, serverModule] = await Promise.all([
    refusal(() => platformFetch(DATA)),
    refusal(() => platformFetch(page || DATA, { mode: "no-cors" })),
    refusal(() => requested(DATA)),
    refusal(() => importNow(DATA_MODULE)),
    refusal(() => importNow(page || DATA_MODULE)),
  ]);
  const isConnectingStopped = data !== null && server !== null;
  const held = {
    network: isConnectingStopped,
    xhr: isConnectingStopped && xhr !== null,
    // A server that answers without leave to read gets other words than one that was not asked.
    "import-url": module !== null && module === serverModule,
  };
  return Object.entries(held).flatMap(([probe, isHeld]) => (isHeld ? [probe] : []));
}

/** @param {string} url */
function requested(url) {
  return new Promise((resolve, reject) => {
    const request = new Request();
    request.open("GET", url);
    request.onload = resolve;
    request.onerror = () => reject(new Error("refused"));
    request.send();
  });
}
