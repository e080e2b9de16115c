/** The same figures through pybridge's own client. */
import { PythonRuntime } from "/pybridge/client.js";

let runtime = null;

globalThis.bench = {
  /** Start the runtime, load a script and render its macro once; returns milliseconds. */
  async start(scripts, call, options) {
    const started = performance.now();
    runtime = await PythonRuntime.start({ assets: "/pybridge/", spares: 0, ...options });
    await runtime.load(scripts);
    const [first] = await runtime.renderMany([call]);
    return { ms: performance.now() - started, html: first.result?.html, sandbox: runtime.stats().sandbox };
  },

  /** Mean milliseconds of a call, one after the other. */
  async calls(calls) {
    const started = performance.now();
    for (const call of calls) await runtime.renderMany([call]);
    return (performance.now() - started) / calls.length;
  },

  /** Mean milliseconds of a call in one batch. */
  async batch(calls) {
    const started = performance.now();
    const outcomes = await runtime.renderMany(calls);
    const mean = (performance.now() - started) / calls.length;
    if (outcomes.some((outcome) => outcome.error)) throw new Error(JSON.stringify(outcomes.find((o) => o.error)));
    return mean;
  },
};
