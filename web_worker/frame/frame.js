/**
 * The sandboxed frame: compiles once, starts workers, ends them. Its origin is opaque, its policy
 * admits no URL at all, and it holds nothing that is of use to a worker.
 *
 * This script is inlined into frame.htm by the build, and its hash is the only script-src there.
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("pb", {
  createScriptURL: (/** @type {string} */ url) => url,
});

/** Addresses that only the probes try: nothing else is passed on. */
const PROBED = /^https:\/\/[a-z-]+\.[0-9a-f]{16}\.pyodide\.invalid\//;

/** @type {Map<number, Worker>} */
const workers = new Map();

/** Address of the worker's one file, once it came. */
let workerUrl = "";

/** Started ahead, while the assets are still under way. @type {Worker | null} */
let idleWorker = null;

/** @type {Promise<WebAssembly.Module>} */
let module = Promise.reject(new Error("the page sent no WebAssembly"));
module.catch(() => {});

/** What every worker is started with. Blobs are references: a worker reads from them without a copy passing through here. @type {Record<string, unknown>} */
let assets = {};

globalThis.addEventListener("message", (event) => {
  if (event.source !== globalThis.parent || event.data?.kind !== "open") return;
  const [port] = event.ports;
  port.onmessage = ({ data, ports }) => obey(port, data, ports);
  port.postMessage({ kind: "opened" });
});

// Firefox reports some violations of a worker to its document: a worker asks for them while it proves its isolation.
document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
  if (!PROBED.test(blockedURI)) return;
  const message = { kind: "violation", blocked: blockedURI };
  idleWorker?.postMessage(message);
  for (const worker of workers.values()) worker.postMessage(message);
});

/**
 * @param {MessagePort} port
 * @param {any} data
 * @param {readonly MessagePort[]} ports
 */
function obey(port, data, ports) {
  switch (data.kind) {
    case "worker":
      return prepareWorker(data.worker);
    case "wasm":
      return startCompiling(data.wasm);
    case "files":
      return setUp(port, data.files);
    case "spawn":
      return spawn(port, data, ports[0]);
    case "end":
      return end(data.generation);
    case "ping":
      // The host is not notified when this frame's process ends: it sends pings.
      return port.postMessage({ kind: "pong" });
  }
}

/** @param {Blob} script */
function prepareWorker(script) {
  workerUrl = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    idleWorker = startWorker();
    // One that fails so early is started again when it is needed, and its second failure is reported.
    idleWorker.onerror = (event) => {
      event.preventDefault();
      idleWorker = null;
    };
  } catch {
    idleWorker = null;
  }
}

/** @param {Blob} wasm not checked yet: it is compiled meanwhile, and used when `files` came */
function startCompiling(wasm) {
  const headers = { "content-type": "application/wasm" };
  module = WebAssembly.compileStreaming(new Response(wasm, { headers }));
  module.catch(() => {});
}

/**
 * Everything has been checked.
 * @param {MessagePort} port
 * @param {{stdlib: Blob, engine: Blob, snapshot: Blob | null}} files
 */
async function setUp(port, files) {
  try {
    assets = { ...files, module: await module };
    port.postMessage({ kind: "set-up" });
  } catch (error) {
    port.postMessage({ kind: "failed", message: String(error).slice(0, 500) });
  }
}

function startWorker() {
  return new Worker(/** @type {any} */ (policy ? policy.createScriptURL(workerUrl) : workerUrl));
}

/**
 * @param {MessagePort} port
 * @param {{generation: number, options: object, isCold: boolean}} request
 * @param {MessagePort} workerPort
 */
function spawn(port, { generation, options, isCold }, workerPort) {
  try {
    const worker = idleWorker ?? startWorker();
    idleWorker = null;
    // A script can write the text of an error: it is not passed on.
    worker.onerror = (event) => {
      event.preventDefault();
      port.postMessage({ kind: "worker-error", generation });
    };
    workers.set(generation, worker);
    const own = isCold ? { ...assets, snapshot: null } : assets;
    worker.postMessage({ ...own, options, port: workerPort }, [workerPort]);
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
