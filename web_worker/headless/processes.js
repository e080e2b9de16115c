/**
 * The page in which a headless browser runs processes: operations take one JSON text and return one.
 *
 * Pieces of output go to `pybridgePiece(id, stream, base64)`, where there is such a function.
 */
import { CommandTool, PybridgeError, PythonProcess, PythonTool } from "./pybridge/processes.js";

/** @type {any} */
const page = globalThis;
/** @type {PythonProcess | null} */
let processes = null;
/** What was told of processes since it was last asked for. @type {import("./pybridge/processes.js").AuditEvent[]} */
const events = [];
/** Runs that go on, by their number. @type {Map<number, AbortController>} */
const running = new Map();

/** @type {Record<string, (request: any) => unknown>} */
const operations = {
  async start(options) {
    events.length = 0;
    const assets = new URL("./pybridge/", location.href);
    processes = await PythonProcess.start({ assets, onEvent: (event) => events.push(event), ...options });
  },
  events: () => events.splice(0),
  register: ({ name, base64 }) => live().register(name, bytesOf(base64)),
  isModule: ({ base64 }) => WebAssembly.validate(bytesOf(base64)), // the page's policy lets it compile nothing
  async run({ id, invocation }) {
    const cancelling = new AbortController();
    running.set(id, cancelling);
    try {
      const piece = (/** @type {number} */ stream) => (/** @type {Uint8Array} */ bytes) =>
        page.pybridgePiece?.(id, stream, base64Of(bytes));
      return await live().run(invocation, { signal: cancelling.signal, onStdout: piece(1), onStderr: piece(2) });
    } finally {
      running.delete(id);
    }
  },
  cancel: ({ id }) => running.get(id)?.abort(),
  python: (request) => new PythonTool(live()).run(request),
  command: (request) => new CommandTool(live()).run(request),
  workers: () => live().workers,
  dispose() {
    live().dispose();
    processes = null;
  },
};

page.pybridgeProcess = async (/** @type {string} */ name, /** @type {string} */ request) => {
  try {
    return JSON.stringify({ value: (await operations[name](JSON.parse(request))) ?? null });
  } catch (error) {
    const known = error instanceof PybridgeError ? error.value : { code: "internal", message: String(error) };
    return JSON.stringify({ error: known });
  }
};

function live() {
  if (processes === null) throw new PybridgeError({ code: "usage", message: "processes were not started" });
  return processes;
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function base64Of(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 4096) binary += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(binary);
}
