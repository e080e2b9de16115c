/**
 * Pyodide as a runtime, and the only file that uses it: from the host's bytes to two Python callables behind a locked gate.
 *
 * Nothing is fetched: Pyodide asks for two files by URL and both are answered from the bytes that came
 * with the boot message, by a `fetch` that exists only while it starts.
 */
import { loadPyodide } from "pyodide/pyodide.mjs";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { info } from "pyodide/pyodide-lock.json";
import { createGate } from "../boot/import_gate.js";
import { now } from "../boot/primordials.js";
import { readSnapshot } from "./snapshot.js";

const scope = /** @type {any} */ (globalThis);

/**
 * @typedef {import("../boot/runtime.js").BootAssets} BootAssets
 *
 * @type {import("../boot/runtime.js").Runtime}
 */
export const pyodideRuntime = { start };

/**
 * @param {BootAssets} assets
 * @param {import("../boot/runtime.js").StartOptions} options
 * @returns {Promise<import("../boot/runtime.js").Interpreter>}
 */
async function start(assets, options) {
  const gate = createGate(options);
  /** @type {Record<string, number>} */
  const phases = {};
  const clock = stopwatch(phases);
  const [engine, snapshot] = await Promise.all([assets.engine.arrayBuffer(), assets.snapshot?.arrayBuffer()]);
  clock("assets");
  const giveBack = lendPlatform(assets, gate);
  try {
    const pyodide = await loadPyodide(settings(snapshot && readSnapshot(snapshot)));
    clock("interpreter");
    pyodide.FS.writeFile(ENGINE_ZIP, new Uint8Array(engine));
    const worker = importWorker(pyodide, Boolean(snapshot));
    // Everything is read from Python before the gate locks: afterwards even an attribute is out of reach.
    const { handle, step, python_version: python } = worker;
    clock("engine");
    endable(pyodide);
    const probes = worker.lock_down();
    const memory = /** @type {any} */ (pyodide)._module.wasmMemory ?? exportedMemory();
    gate.lock(memory);
    clock("lockdown");
    return {
      handle,
      step,
      heapBytes: () => memory.buffer.byteLength,
      breach: gate.breach,
      closedImports: gate.closed,
      probes: probes === "" ? [] : probes.split("\n"),
      versions: { python, pyodide: pyodide.version },
      phases,
    };
  } finally {
    giveBack();
  }
}

/**
 * @param {any} pyodide
 * @param {boolean} isRestored
 */
function importWorker(pyodide, isRestored) {
  if (!isRestored) pyodide._api.sys.path.append(ENGINE_ZIP);
  const worker = pyodide.pyimport("pybridge_worker");
  worker.wake();
  return worker;
}

/**
 * Let the interpreter look for an interrupt now and then, though none ever comes: it calls JavaScript for that.
 *
 * WebKit ends a worker only where it enters JavaScript. A loop in WebAssembly alone would go on until the page is closed.
 * @param {any} pyodide
 */
function endable(pyodide) {
  pyodide.setInterruptBuffer(new Uint8Array(1));
}

const ENGINE_ZIP = "/lib/pybridge_engine.zip";
const BASE = "https://pyodide.invalid/";

/** @type {WebAssembly.Memory | null} */
let memoryOfInstance = null;

function exportedMemory() {
  if (memoryOfInstance === null) throw new Error("Pyodide's memory was not found");
  return memoryOfInstance;
}

/**
 * An empty lock makes loadPackage impossible; an empty jsglobals leaves `js` without content.
 * @param {import("./snapshot.js").Snapshot | undefined} snapshot
 */
function settings(snapshot) {
  const common = {
    indexURL: BASE,
    packageBaseUrl: BASE,
    lockFileContents: { info, packages: {} },
    createPyodideModule,
    jsglobals: Object.create(null),
    enableRunUntilComplete: false,
    checkAPIVersion: true,
    env: { HOME: "/", PYTHONHASHSEED: "0", TZ: "UTC", LANG: "C.UTF-8" },
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
  };
  if (!snapshot) return common;
  return { ...common, _loadSnapshot: snapshot.head, createPyodideModule: createRestoring(snapshot) };
}

/**
 * Pyodide sizes the memory by the snapshot it is given and copies it whole. It is given the header
 * only; size and content come from here.
 * @param {import("./snapshot.js").Snapshot} snapshot
 */
function createRestoring({ heapBytes, copyInto }) {
  return async (/** @type {any} */ moduleSettings) => {
    moduleSettings.INITIAL_MEMORY = heapBytes;
    const module = /** @type {any} */ (await createPyodideModule(moduleSettings));
    const { API } = module;
    const restore = API.restoreSnapshot;
    API.restoreSnapshot = (/** @type {Uint8Array} */ head) => {
      // Its own function checks magic and build id, reads the object table, and copies an empty rest.
      const table = restore(head);
      const keep = trampolineKeeper(module);
      copyInto(module.HEAPU8);
      keep();
      return table;
    };
    return module;
  };
}

/**
 * Read which function Python calls C functions by, and return what writes it back.
 *
 * Pyodide chooses it before the restore, by what the browser can do: a few instructions of WebAssembly, or
 * a detour through JavaScript for every call of a C function. The snapshot has the choice of the
 * Node that made it, and the number of a function in *its* table.
 * @param {any} module
 */
function trampolineKeeper({ HEAPU8, __PyRuntime: runtime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset }) {
  const words = new Uint32Array(HEAPU8.buffer);
  const at = (runtime + words[offset / 4]) / 4;
  const chosen = words[at];
  return () => {
    words[at] = chosen;
  };
}

/**
 * Put `fetch` and `instantiateStreaming` of ours in place for the start, and return their removal.
 * @param {BootAssets} assets
 * @param {import("../boot/import_gate.js").Gate} gate
 */
function lendPlatform(assets, gate) {
  const { fetch: platformFetch } = scope;
  const platformStreaming = WebAssembly.instantiateStreaming;
  scope.fetch = async (/** @type {URL | string} */ url) => {
    if (String(url).endsWith("python_stdlib.zip")) return new Response(assets.stdlib);
    return new Response();
  };
  WebAssembly.instantiateStreaming = /** @type {any} */ (
    async (/** @type {unknown} */ _response, /** @type {WebAssembly.Imports} */ imports) => {
      gate.install(imports);
      const instance = await WebAssembly.instantiate(assets.module, imports);
      memoryOfInstance = /** @type {any} */ (instance.exports.memory ?? imports.env.memory);
      return { instance, module: assets.module };
    }
  );
  return () => {
    scope.fetch = platformFetch;
    WebAssembly.instantiateStreaming = platformStreaming;
  };
}

/** @param {Record<string, number>} phases */
function stopwatch(phases) {
  let last = now();
  return (/** @type {string} */ name) => {
    const at = now();
    phases[name] = Math.round((at - last) * 10) / 10;
    last = at;
  };
}
