/**
 * Level `worker`: a worker of the page's own origin, for hosts that cannot have a frame.
 *
 * It is isolated by the Content-Security-Policy of its own response and by the emptied scope. Unlike level `origin`, only
 * the emptied scope protects the origin's storage. See docs/security.md.
 */
import { readModule } from "../checks/frame.js";
import { bootError } from "../wire/errors.js";

/**
 * @param {import("./assets.js").Assets} assets
 * @returns {Promise<import("./frame.js").Sandbox>}
 */
export async function openWorkers(assets) {
  /** @type {Map<number, Worker>} */
  const workers = new Map();
  /** Compiled by the first worker, because a page under script-src 'self' may not. @type {WebAssembly.Module | null} */
  let module = null;
  /** @type {(generation: number, message?: string) => void} */
  let failed = () => {};
  await assets.worker;
  /** Started early, while the other assets are still loading. @type {Started | null} */
  let ahead = start(assets.workerUrl);
  const [files, wasm] = await Promise.all([assets.files, assets.wasm, assets.whole]).catch((error) => {
    ahead?.worker.terminate();
    throw error;
  });

  return {
    spawn(generation, options, isCold) {
      const { port1, port2 } = new MessageChannel();
      const started = ahead ?? start(assets.workerUrl);
      ahead = null;
      const { worker } = started;
      workers.set(generation, worker);
      // Its first message is of pybridge's own code: there is no script in it yet. What comes later is not believed.
      const listener = (/** @type {MessageEvent} */ { data }) => {
        module ??= readModule(data);
      };
      if (module === null) worker.addEventListener("message", listener, { once: true });
      // A script can write the text of an error: it is not passed on.
      started.onFailure(() =>
        failed(generation, "the worker reported an error; is worker.bin served with its own policy and type?"),
      );
      const own = { ...files, snapshot: isCold ? null : files.snapshot, options, port: port2 };
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
    // Its workers run in the page's own process, which cannot end without the page.
    onLost() {},
    isAlive: async () => true,
    close() {
      ahead?.worker.terminate();
      for (const worker of workers.values()) worker.terminate();
      workers.clear();
    },
  };
}

/**
 * @typedef {{worker: Worker, onFailure: (listener: () => void) => void}} Started
 *
 * @param {URL} url
 * @returns {Started}
 */
function start(url) {
  const worker = create(url);
  let listener = () => {};
  let hasFailed = false;
  worker.onerror = (event) => {
    event.preventDefault();
    hasFailed = true;
    listener();
  };
  return {
    worker,
    onFailure(added) {
      listener = added;
      // It failed before there was a listener, which is called asynchronously then, too.
      if (hasFailed) queueMicrotask(added);
    },
  };
}

/** @param {URL} url */
function create(url) {
  try {
    return new Worker(url);
  } catch (error) {
    const message = `the worker cannot be started: ${/** @type {Error} */ (error).message}`;
    throw bootError(message, "the page's Content-Security-Policy must allow it: worker-src 'self'");
  }
}
