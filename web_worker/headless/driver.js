/**
 * The page that a headless browser loads: the client that renderers use, called with JSON texts.
 *
 * Each operation takes one JSON text and returns one: `{"value": …}` or `{"error": error.v1}`.
 */
import { PybridgeError, PythonRuntime } from "./pybridge/client.js";

/** @type {any} */
const page = globalThis;
/** @type {PythonRuntime | null} */
let runtime = null;

/** @type {Record<string, (request: any) => Promise<unknown>>} */
const operations = {
  async start(options) {
    runtime = await PythonRuntime.start({ assets: new URL("./pybridge/", location.href), ...options });
    return runtime.stats().sandbox;
  },
  load: ({ scripts }) => live().load(scripts),
  unload: ({ paths }) => live().unload(paths),
  calls: ({ calls }) => live().renderMany(calls, { onProgress: progress }),
  documents: ({ documents, shared }) =>
    live().renderDocuments(documents, { ...shared, parts: true, onProgress: progress }),
  previews: ({ calls }) => live().preview(calls),
  transform: ({ post, context }) => live().transform(post, context),
  run: ({ script, args, timeoutMs }) =>
    live().run(script, {
      args,
      timeoutMs,
      onStdout: (text) => output("stdout", text),
      onStderr: (text) => output("stderr", text),
    }),
  check: ({ path, content }) => live().check(content, path),
  restart: () => live().restart(),
  stats: async () => live().stats(),
  async dispose() {
    live().dispose();
    runtime = null;
  },
};

page.pybridgeCall = async (/** @type {string} */ name, /** @type {string} */ request) => {
  try {
    return JSON.stringify({ value: (await operations[name](JSON.parse(request))) ?? null });
  } catch (error) {
    const known = error instanceof PybridgeError ? error.value : { code: "internal", message: String(error) };
    return JSON.stringify({ error: known });
  }
};

function live() {
  if (runtime === null) throw new PybridgeError({ code: "usage", message: "the runtime was not started" });
  return runtime;
}

let lastReport = 0;

/**
 * At most twenty reports a second: each is a message to the driving process.
 * @param {number} done
 * @param {number} total
 */
function progress(done, total) {
  const now = performance.now();
  if (done < total && now - lastReport < 50) return;
  lastReport = now;
  page.pybridgeEvent?.("progress", JSON.stringify([done, total]));
}

/**
 * @param {string} stream
 * @param {string} text
 */
function output(stream, text) {
  page.pybridgeEvent?.("output", JSON.stringify([stream, text]));
}
