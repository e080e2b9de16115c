/** The same figures through pybridge's own client. */
import { PythonRuntime } from "/pybridge/client.js";

let runtime = null;
let longTasks = 0;
new PerformanceObserver((list) => {
  longTasks += list.getEntries().length;
}).observe({ type: "longtask" });

const SPARE_TIMEOUT_MS = 20_000;

async function untilSparesAreReady(count) {
  const started = performance.now();
  while (runtime.stats().sparesReady < count) {
    if (performance.now() - started > SPARE_TIMEOUT_MS) throw new Error("no spare became ready");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function rendered(call) {
  const [{ result, error }] = await runtime.renderMany([call]);
  if (error) throw new Error(JSON.stringify(error));
  return result.html;
}

globalThis.bench = {
  /** Start the runtime, load the scripts and render a macro once. */
  async start(scripts, call, options) {
    const started = performance.now();
    runtime = await PythonRuntime.start({ assets: "/pybridge/", spares: 0, ...options });
    await runtime.load(scripts);
    const html = await rendered(call);
    return { ms: performance.now() - started, html, sandbox: runtime.stats().sandbox };
  },

  /** Wait until *count* spares are ready. */
  spares: (count) => untilSparesAreReady(count),

  /** Milliseconds from the spawn of a new worker to its first result. */
  async ready(call) {
    const started = performance.now();
    await runtime.restart();
    await rendered(call);
    return performance.now() - started;
  },

  /** Milliseconds from a timeout to the next good result, with *spares* workers waiting. */
  async recover(script, stuck, call, spares) {
    await runtime.load([script]); // an edit of it: the same text would be in quarantine after three times
    await untilSparesAreReady(spares);
    const [{ error }] = await runtime.renderMany([stuck]);
    if (error?.code !== "timeout") throw new Error(`expected a timeout, got ${JSON.stringify(error)}`);
    const started = performance.now();
    await rendered(call);
    return performance.now() - started;
  },

  /** Mean milliseconds of a call, one after the other. */
  async calls(calls) {
    const started = performance.now();
    for (const call of calls) await runtime.renderMany([call]);
    return (performance.now() - started) / calls.length;
  },

  /** Milliseconds from an edit to its first result. */
  async reload(script, call) {
    const started = performance.now();
    await runtime.load([script]);
    await rendered(call);
    return performance.now() - started;
  },

  /** Mean milliseconds of a call in *times* batches, one after the other, and the engine's own share of it. */
  async batch(calls, times = 1) {
    const before = runtime.stats().engineUs;
    const ran = calls.length * times;
    let failed;
    const started = performance.now();
    for (let time = 0; time < times; time += 1) {
      const outcomes = await runtime.renderMany(calls);
      failed ??= outcomes.find(({ error }) => error);
    }
    const ms = (performance.now() - started) / ran;
    if (failed) throw new Error(JSON.stringify(failed));
    const engineUs = (runtime.stats().engineUs - before) / ran;
    return { ms, engineUs, heapBytes: await runtime.heapBytes() };
  },

  /** Mean milliseconds of a macro while documents render, and the page's long tasks meanwhile. */
  async site(posts) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // reading *posts* is not measured
    longTasks = 0;
    const started = performance.now();
    const documents = await runtime.renderDocuments(posts);
    const elapsed = performance.now() - started;
    const macros = documents.reduce((sum, document) => sum + document.macros.length, 0);
    const failed = documents.find(({ errors }) => errors.length > 0);
    if (failed) throw new Error(JSON.stringify(failed.errors));
    await new Promise((resolve) => setTimeout(resolve, 100)); // the observer reports a little later
    return { ms: elapsed / macros, longTasks, last: documents.at(-1).output };
  },
};
