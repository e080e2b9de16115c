/** A client's pool and batches over a simulated sandbox. */
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { withDefaults } from "../../web_worker/host/wire/limits.js";
import { Pool } from "../../web_worker/host/workers/pool.js";
import { Stats } from "../../web_worker/host/workers/stats.js";
import { SimulatedSandbox } from "./simulated_sandbox.mjs";

const LEVEL = { probes: [], hint: "" };
const QUICK = { itemS: 0.3, compileS: 0.3, bootS: 2 };

/** @param {{log?: any, spares?: number, limits?: object, open?: () => Promise<any>}} [options] */
export function runtime({ log = {}, spares = 0, limits: own = {}, open } = {}) {
  const limits = withDefaults({ ...QUICK, ...own });
  const sandboxes = [new SimulatedSandbox(log)];
  const reopen = async () => {
    sandboxes.push(new SimulatedSandbox(log));
    return sandboxes[sandboxes.length - 1];
  };
  const pool = new Pool(sandboxes[0], limits, { spares, level: LEVEL, open: open ?? reopen });
  const sanitiser = { outcome: () => [] };
  const uses = { pool, limits, sanitiser, stats: new Stats() };
  const render = async (names, options = {}) =>
    (await renderCalls(/** @type {any} */ (uses), names.map(call), options)).map(brief);
  const load = async (scripts) => {
    for (const [path, content] of Object.entries(scripts)) {
      pool.scriptIndex.add({ path: `${path}.py`, content, origin: "project" });
    }
    await pool.take();
  };
  return { ...uses, log, sandboxes, render, load };
}

export function call(name) {
  const macro = { name, position: { path: "a.md", line: 2, column: 3 } };
  return { abi: 1, macro, params: {}, env: { isPreview: false } };
}

export function brief({ result, error }) {
  return result ? result.html : error.code;
}

export function good(names) {
  return names.map((name) => `<b>${name}</b>`);
}
