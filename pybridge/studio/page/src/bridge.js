/**
 * The service behind a preload's door, as in Electron: the same calls and events as over HTTP, without a token.
 * @import { Rpc } from "./rpc.js"
 */
import { RpcError } from "./rpc.js";

/**
 * What a preload exposes.
 * @typedef {object} Bridge
 * @property {(method: string, params: object) => Promise<{result?: any, error?: any}>} call
 * @property {(listener: (event: {method: string, params: any}) => void) => () => void} onEvent returns what ends it
 */

const SILENT = { code: "unavailable", message: "the application does not answer", hint: "start it again" };

/**
 * @param {Error} reason
 * @returns {{result?: any, error?: any}}
 */
function silent(reason) {
  return { error: { ...SILENT, message: `${SILENT.message}: ${reason.message}` } };
}

/** @returns {Bridge | null} the application's door; null in a browser */
export function findBridge() {
  return /** @type {any} */ (globalThis).pybridge ?? null;
}

/**
 * @param {Bridge} bridge
 * @returns {Rpc}
 */
export function createBridgeRpc(bridge) {
  return {
    async call(method, params = {}) {
      const { result, error } = await bridge.call(method, params).catch(silent);
      if (error) throw new RpcError(error);
      return result;
    },

    async listen(onEvent, onConnection, signal) {
      onConnection(true);
      const end = bridge.onEvent(onEvent);
      signal.addEventListener("abort", end, { once: true });
    },
  };
}
