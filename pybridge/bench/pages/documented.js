/**
 * Baseline: the client of Pyodide's own worker documentation. One message per call, an id to match the
 * reply, the source sent and run anew each time, values as objects across both borders.
 */
let worker = null;
let lastId = 0;
const waiting = new Map();

/**
 * @param {string} python
 * @param {object} context
 */
function asyncRun(python, context) {
  const id = ++lastId;
  worker.postMessage({ id, python, context });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

globalThis.bench = {
  /** Start a worker and run the first macro; returns milliseconds. */
  async start(python, context) {
    worker?.terminate();
    const started = performance.now();
    worker = new Worker(new URL("documented_worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: { id, result, error } }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    };
    const failed = new Promise((_, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || "the worker did not load"));
    });
    const first = await Promise.race([asyncRun(python, context), failed]);
    return { ms: performance.now() - started, html: first.html };
  },

  /** Mean milliseconds of *count* calls, one after the other. */
  async calls(python, contexts) {
    const started = performance.now();
    for (const context of contexts) await asyncRun(python, context);
    return (performance.now() - started) / contexts.length;
  },
};
