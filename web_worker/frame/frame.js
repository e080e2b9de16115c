/**
 * The sandboxed frame: compiles once, starts workers, ends them. Its origin is opaque, its policy
 * admits no URL at all, and it holds nothing a worker could be interested in.
 *
 * This script is inlined into frame.html by the build, and its hash is the only script-src there.
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("pb", {
  createScriptURL: (/** @type {string} */ url) => url,
});

/** @type {Map<number, Worker>} */
const workers = new Map();

globalThis.addEventListener("message", (event) => {
  if (event.source !== globalThis.parent || event.data?.kind !== "setup") return;
  setUp(event.data, event.ports[0]);
});

/**
 * @typedef {object} Setup
 * @property {Blob} wasm
 * @property {Blob} worker
 * @property {Blob} stdlib
 * @property {Blob} engine
 * @property {Blob | null} snapshot
 *
 * @param {Setup} setup
 * @param {MessagePort} port
 */
async function setUp(setup, port) {
  try {
    const { stdlib, engine, snapshot } = setup;
    const module = await compile(setup.wasm);
    const url = URL.createObjectURL(new Blob([setup.worker], { type: "text/javascript" }));
    // Blobs are references: a worker reads from them without a copy passing through here.
    const assets = { module, stdlib, engine };
    port.onmessage = ({ data, ports }) => {
      if (data.kind === "spawn") {
        const own = { ...assets, snapshot: data.isCold ? null : snapshot };
        spawn(url, own, data, ports[0], port);
      }
      if (data.kind === "end") end(data.generation);
      // Nothing tells the host when this frame's process ends: it asks.
      if (data.kind === "ping") port.postMessage({ kind: "pong" });
    };
    port.postMessage({ kind: "set-up" });
  } catch (error) {
    port.postMessage({ kind: "failed", message: String(error).slice(0, 500) });
  }
}

/** @param {Blob} wasm */
function compile(wasm) {
  const headers = { "content-type": "application/wasm" };
  return WebAssembly.compileStreaming(new Response(wasm, { headers }));
}

/**
 * @param {string} url
 * @param {object} assets
 * @param {{generation: number, options: object}} request
 * @param {MessagePort} workerPort
 * @param {MessagePort} port
 */
function spawn(url, assets, { generation, options }, workerPort, port) {
  try {
    const worker = new Worker(/** @type {any} */ (policy ? policy.createScriptURL(url) : url));
    // The text of an error is the script's to write: only the fact goes on.
    worker.onerror = (event) => {
      event.preventDefault();
      port.postMessage({ kind: "worker-error", generation });
    };
    workers.set(generation, worker);
    worker.postMessage({ ...assets, options, port: workerPort }, [workerPort]);
    port.postMessage({ kind: "spawned", generation });
  } catch (error) {
    port.postMessage({ kind: "worker-error", generation, message: String(error).slice(0, 500) });
  }
}

/** @param {number} generation */
function end(generation) {
  workers.get(generation)?.terminate();
  workers.delete(generation);
}
