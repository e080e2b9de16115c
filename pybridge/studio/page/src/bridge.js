/**
 * The service through a preload's bridge, as in Electron: the same calls and events as over HTTP, without a token.
 * @import { Rpc } from "./rpc.js"
 */
import { RpcError } from "./rpc.js";

/**
 * The object that a preload exposes.
 * @typedef {object} Bridge
 * @property {(method: string, params: object) => Promise<{result?: any, error?: any}>} call
 * @property {(listener: (event: {method: string, params: any}) => void) => () => void} onEvent returns a function that unsubscribes
 */

const UNREACHABLE = { code: "unavailable", message: "the application does not answer", hint: "restart it" };

/**
 * @param {Error} reason
 * @returns {{result?: any, error?: any}}
 */
function unreachable(reason) {
  return { error: { ...UNREACHABLE, message: `${UNREACHABLE.message}: ${reason.message}` } };
}

/** @returns {Bridge | null} the application's bridge; null in a browser */
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
      const { result, error } = await bridge.call(method, params).catch(unreachable);
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
