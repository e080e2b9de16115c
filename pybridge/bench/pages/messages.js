/** Baseline: one awaited message per macro, with the macro's function cached in the worker. */
let worker = null;
let resolveNext = null;

function ask(message) {
  return new Promise((resolve) => {
    resolveNext = resolve;
    worker.postMessage(message);
  });
}

globalThis.bench = {
  async start(python) {
    worker = new Worker(new URL("messages_worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => resolveNext(data);
    await ask({ python });
  },

  /** Mean milliseconds of a call, one after the other. */
  async calls(contexts) {
    const started = performance.now();
    for (const context of contexts) await ask({ context: JSON.stringify(context) });
    return (performance.now() - started) / contexts.length;
  },
};
