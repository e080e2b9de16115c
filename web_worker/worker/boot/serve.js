/**
 * The worker: boots once from the bytes in its first message, then answers over one port.
 *
 * The port lives in closures only. Messages are JSON text in both directions; Python reads and writes
 * them itself, this loop forwards strings and looks at the flag in front of a reply.
 */
import { policyTaken } from "./first.js";
import { attest } from "./attest.js";
import { emptyScope } from "./lockdown.js";
import {
  charCodeAt,
  dataOf,
  decode,
  now,
  parse,
  portPost,
  portStart,
  slice,
  startsWith,
  stringify,
} from "./primordials.js";
import { fact } from "./probe.js";

const ABI = 1;
const MORE = 43; // "+": the job has another slice
/** The smallest file of WebAssembly. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const scope = /** @type {any} */ (globalThis);
const channel = new MessageChannel();

/**
 * @typedef {import("./runtime.js").Runtime} Runtime
 * @typedef {import("./runtime.js").BootAssets} BootAssets
 * @typedef {{heapBytes: number, streamBytes: number, mark: string, page: string}} Options the last two are for the probes
 */

/**
 * Boot *runtime* when the first message comes, which carries the port. Later ones are ignored.
 * @param {Runtime} runtime
 */
export function serveWith(runtime) {
  scope.onmessage = (/** @type {MessageEvent} */ event) => {
    // Reports that the frame passes on are for the probes.
    if (event.data.kind === "violation") return;
    scope.onmessage = null;
    boot(runtime, event.data);
  };
}

/**
 * @param {Runtime} runtime
 * @param {Omit<BootAssets, "module"> & {port: MessagePort, options: Options, module?: WebAssembly.Module, wasm?: Blob}} message
 */
async function boot(runtime, { port, options, module, wasm, ...files }) {
  const started = now();
  const output = createOutput(port, options.streamBytes);
  silenceConsole();
  try {
    const assets = { ...files, module: module ?? (await compileAndShare(/** @type {Blob} */ (wasm))) };
    // WebKit compiles what the policy forbids, and refuses to run it: in Pyodide that would end in silence.
    // Not by a promise, which WebKit sometimes never settles for a module of a few bytes.
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE));
    const python = await runtime.start(assets, { heapBytes: options.heapBytes, onWrite: output.write });
    const leftovers = emptyScope();
    const { mark, page } = options;
    const attestation = await attest({ leftovers, policyTaken, mark, page }, gatesOf(python));
    serve(port, python, output);
    const bootMs = Math.round((now() - started) * 10) / 10;
    post(port, { kind: "ready", abi: ABI, ...python.versions, attestation, bootMs, phases: python.phases });
  } catch (error) {
    post(port, { kind: "failed", error: { code: "boot", message: describe(error) } });
  }
}

/** @param {import("./runtime.js").Interpreter} python */
function gatesOf({ probes, closedImports }) {
  return [
    fact("python-bridge", probes.length === 0, probes.join(", ")),
    fact("import-gate", closedImports > 100, `${closedImports} closed`),
  ];
}

/**
 * At level `worker` the first worker compiles, and hands the module to the page for the others.
 * @param {Blob} wasm
 */
async function compileAndShare(wasm) {
  const headers = { "content-type": "application/wasm" };
  const module = await WebAssembly.compileStreaming(new Response(wasm, { headers }));
  scope.postMessage({ kind: "module", module });
  return module;
}

/**
 * @param {MessagePort} port
 * @param {import("./runtime.js").Interpreter} python
 * @param {{during: (text: string) => void}} output
 */
function serve(port, python, output) {
  let alive = true;
  channel.port1.onmessage = () => answer(() => python.step());
  port.onmessage = (event) => {
    const text = dataOf(event);
    if (startsWith(text, '{"kind":"ping"')) return pong(text);
    output.during(text);
    answer(() => python.handle(text));
  };
  portStart(port);

  /** @param {() => string} call */
  function answer(call) {
    if (!alive) return;
    let reply;
    try {
      reply = call();
    } catch (error) {
      return crash(describe(error));
    }
    // After a fatal error a call may return undefined instead of throwing.
    if (typeof reply !== "string" || reply.length === 0) return crash("Python returned no reply");
    if (reply.length > 1) portPost(port, slice(reply, 1));
    if (charCodeAt(reply, 0) === MORE) portPost(channel.port2, 0);
  }

  /** @param {string} message */
  function crash(message) {
    alive = false;
    const breach = python.breach();
    const isBreach = breach !== null && !breach.ending;
    const code = isBreach ? "capability" : "crash";
    const text = isBreach ? `the script called ${breach.name}, which is closed in the sandbox` : message;
    post(port, { kind: "crashed", error: { code, message: text } });
  }

  /** @param {string} text */
  function pong(text) {
    post(port, { kind: "pong", id: parse(text).id, heapBytes: python.heapBytes() });
  }
}

/**
 * What Python writes to fd 1 and 2, sent to the host during a `run` and dropped otherwise: prints of
 * macros are captured by the engine.
 * @param {MessagePort} port
 * @param {number} streamBytes sent at most per message from the host
 */
function createOutput(port, streamBytes) {
  /** @type {number | null} */
  let id = null;
  let left = 0;
  return {
    /** @param {string} text */
    during(text) {
      id = startsWith(text, '{"kind":"run"') ? parse(text).id : null;
      left = streamBytes;
    },
    /**
     * @param {1 | 2} fd
     * @param {Uint8Array} bytes
     */
    write(fd, bytes) {
      if (id === null || left <= 0) return;
      const text = decode(bytes.slice(0, left));
      left -= bytes.length;
      post(port, { kind: "output", id, stream: fd === 1 ? "stdout" : "stderr", text });
    },
  };
}

/**
 * @param {MessagePort} port
 * @param {object} message
 */
function post(port, message) {
  portPost(port, stringify(message));
}

function silenceConsole() {
  for (const name of Object.keys(console)) {
    if (typeof (/** @type {any} */ (console)[name]) === "function") /** @type {any} */ (console)[name] = () => {};
  }
}

/**
 * Text of an error, bounded: it may come from a script.
 * @param {unknown} error
 */
function describe(error) {
  const { name, message } = /** @type {Error} */ (error ?? {});
  return slice(`${name ?? "Error"}: ${message ?? error}`, 0, 500);
}
