/**
 * Level `worker`: a worker of the page's own origin, for hosts that cannot have a frame.
 *
 * Its wall is the Content-Security-Policy of its own response and the emptied scope. What that lacks
 * beside level `origin`: storage of the origin is behind the emptied scope only. See docs/security.md.
 */
import { bootError } from "./errors.js";

/**
 * @param {import("./assets.js").Assets} assets
 * @returns {import("./sandbox_frame.js").Sandbox}
 */
export function openWorkers(assets) {
  /** @type {Map<number, Worker>} */
  const workers = new Map();
  /** Compiled by the first worker, because a page under script-src 'self' may not. @type {WebAssembly.Module | null} */
  let module = null;
  /** @type {(generation: number, message?: string) => void} */
  let failed = () => {};
  const { wasm, stdlib, engine, snapshot } = assets.parts;

  return {
    spawn(generation, options, isCold) {
      const { port1, port2 } = new MessageChannel();
      const worker = start();
      workers.set(generation, worker);
      worker.onmessage = ({ data }) => {
        if (data?.kind === "module") module = data.module;
      };
      worker.onerror = (event) => {
        event.preventDefault();
        // The text of an error is the script's to write: only the fact goes on.
        failed(generation, "the worker reported an error; is worker.js served with its own policy?");
      };
      const own = { stdlib, engine, snapshot: isCold ? null : snapshot, options, port: port2 };
      worker.postMessage(module ? { ...own, module } : { ...own, wasm }, [port2]);
      return port1;
    },
    end(generation) {
      workers.get(generation)?.terminate();
      workers.delete(generation);
    },
    onWorkerError: (listener) => {
      failed = listener;
    },
    // Its workers live in the page's own process: it cannot go without the page.
    onLost() {},
    isAlive: async () => true,
    close() {
      for (const worker of workers.values()) worker.terminate();
      workers.clear();
    },
  };

  function start() {
    try {
      return new Worker(assets.worker);
    } catch (error) {
      const message = `the worker cannot be started: ${/** @type {Error} */ (error).message}`;
      throw bootError(message, "the page's Content-Security-Policy must allow it: worker-src 'self'");
    }
  }
}
