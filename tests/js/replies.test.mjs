/** Changed replies that the command line's host must treat alike; see tests/replies/README.md. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkScript } from "../../web_worker/host/batches/check.js";
import { renderDocuments } from "../../web_worker/host/batches/document_rounds.js";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { runScript } from "../../web_worker/host/batches/run.js";
import { acceptPost, transformPost } from "../../web_worker/host/batches/transform.js";
import { PybridgeError } from "../../web_worker/host/wire/errors.js";
import { runtime } from "./simulated_host.mjs";

const CASES = JSON.parse(readFileSync(new URL("../replies/cases.json", import.meta.url), "utf8"));
const LIMITS = { outputBytes: 2000, outputDepth: 20, stdoutBytes: 1000 };
const POST = { title: "t", content: "c", tags: [], categories: [] };
const KINDS = {
  calls: ["outcomes"],
  documents: ["documents"],
  transform: ["transformed"],
  run: ["output", "ran"],
  check: ["checked"],
  load: ["loaded"],
  limits: ["limited"],
};
const MARK = "FORGED";

/** Items behind those of a case, so that its message is answered in slices. */
const MORE = Array(8).fill("a");

/** Change a reply of *port* as *case* says, once `isOn`. */
function changeReplies(port, testCase) {
  const kinds = KINDS[Object.keys(testCase.ask)[0]];
  const { say } = port;
  const state = { isOn: false, next: 0 };
  port.say = (reply) => {
    if (!state.isOn || !kinds.includes(reply.kind) || state.next++ !== (testCase.on ?? 0)) return say.call(port, reply);
    const text = changed(reply, testCase);
    say.call(port, text);
    if (testCase.again) say.call(port, text);
    if (testCase.then) say.call(port, testCase.then.replace("ID", reply.id));
  };
  return state;
}

function changed(reply, { text, changes = [], swap }) {
  if (text !== undefined) return text.replace("ID", reply.id);
  const value = structuredClone(reply);
  for (const { at, to, drop } of changes) {
    const last = at.at(-1);
    const place = at.slice(0, -1).reduce((inner, name) => inner[name], value);
    if (drop && Array.isArray(place)) place.splice(last, 1);
    else if (drop) delete place[last];
    else Object.defineProperty(place, last, { value: to, enumerable: true, configurable: true, writable: true });
  }
  if (swap) {
    const [name, one, other] = swap;
    [value[name][one], value[name][other]] = [value[name][other], value[name][one]];
  }
  return written(value);
}

/** JSON, with what stands for long values written out. */
function written(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (value.nest !== undefined) return "[".repeat(value.nest) + "]".repeat(value.nest);
  if (value.repeat !== undefined) return JSON.stringify(value.repeat.repeat(value.times));
  return `{${Object.keys(value).map((name) => `${JSON.stringify(name)}:${written(value[name])}`)}}`;
}

async function asked({ pool, limits, stats, load }, { ask, few }) {
  const more = few ? [] : MORE;
  if (ask.limits) return;
  await load({ a: "source of a" });
  const domains = { common: pool, isForeign: () => false };
  const sanitiser = { outcome: () => [] };
  const uses = /** @type {any} */ ({ pool, domains, limits, stats, sanitiser });
  if (ask.calls) return renderCalls(uses, [...ask.calls, ...more].map(callOf), {});
  if (ask.documents) {
    const documents = [...ask.documents, ...more].map((text, index) => ({ text, path: `${index}.md` }));
    return renderDocuments(uses, documents, {});
  }
  if (ask.transform) return transformPost(uses, acceptPost(limits, POST, {}), {});
  if (ask.run) return runScript(uses, { slug: "a" }, { args: ask.run, timeoutMs: 500 });
  if (ask.check) return checkScript(uses, "source of a", ask.check);
}

function callOf(name) {
  return { abi: 1, macro: { name }, params: {}, env: { isPreview: false } };
}

for (const testCase of CASES.filter(({ hosts = ["javascript"] }) => hosts.includes("javascript"))) {
  test(testCase.name, async () => {
    const isAtStart = "limits" in testCase.ask;
    const host = runtime({ limits: LIMITS });
    const { pool, sandboxes } = host;
    const isFirst = new Promise((resolve) => {
      const { spawn } = sandboxes[0];
      sandboxes[0].spawn = (...given) => {
        const port = spawn.apply(sandboxes[0], given);
        sandboxes[0].spawn = spawn;
        const state = changeReplies(port, testCase);
        state.isOn = isAtStart;
        resolve(state);
        return port;
      };
    });
    try {
      await host.load({ b: "source of b", x: "source of x", other: "source of other", change: "transform" });
      (await isFirst).isOn = true;
      const out = await asked(host, testCase);
      assert.ok(!JSON.stringify(out ?? null).includes(MARK));
    } catch (error) {
      if (!(error instanceof PybridgeError)) throw error;
    }
    assert.equal(sandboxes[0].workers.has(1), testCase.believed);
    pool.dispose();
  });
}
