/**
 * Changed messages of workers and of the frame against the client: no error but its own, nothing believed that was not
 * asked, and bounded memory. PYBRIDGE_LONG=1 makes a million of them.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import {
  validateOutcome,
  validateRenderedDocument,
  validateTransformOutcome,
} from "../../web_worker/generated/validators.js";
import { checkScript } from "../../web_worker/host/batches/check.js";
import { renderDocuments } from "../../web_worker/host/batches/document_rounds.js";
import { previewCalls } from "../../web_worker/host/batches/previews.js";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { runScript } from "../../web_worker/host/batches/run.js";
import { acceptPost, transformPost } from "../../web_worker/host/batches/transform.js";
import { sandboxOver } from "../../web_worker/host/sandbox/frame.js";
import { PybridgeError } from "../../web_worker/host/wire/errors.js";
import { MARK, createRandom, damage, mutate, oddClone } from "./mutations.mjs";
import { runtime } from "./simulated_host.mjs";

const SEED = 20261129;
const MESSAGES = process.env.PYBRIDGE_LONG === "1" ? 1_000_000 : 1_000;
const SIDE_BY_SIDE = 50;
const MOST_GROWTH = 200 * 2 ** 20;
const LIMITS = { itemS: 0.1, compileS: 0.1, runS: 0.1, bootS: 0.5, batchS: 1, outputBytes: 2000, stdoutBytes: 1000 };
const TEXTS = ["a1 [[a2]] a3", "b1", "c1  taint c2 c3 c4", "[[a1]]\n[[a2]] 😀 [[a3]]"];
const NAMES = ["a1", "a2", "a3", "a4", "a5"];
/** So many items more make the client run a request in slices: the items of a small one run one at a time. */
const MORE = 8;
const POST = { title: "t", content: "c", tags: [], categories: [] };
const SCRIPTS = { a1: "x", a2: "y", change: "transform" };

/** Have the workers of *sandbox* change some of their replies, send them again, or send something else. */
function changeReplies(sandbox, random, counts) {
  const { spawn } = sandbox;
  sandbox.spawn = (...given) => {
    const port = spawn.apply(sandbox, given);
    const { say } = port;
    port.say = (reply) => {
      const isStart = ["ready", "limited", "loaded"].includes(reply.kind);
      if (random.next() < (isStart ? 0.95 : 0.5)) return say.call(port, reply);
      counts.changed += 1;
      if (random.next() < 0.05) return port.onmessage?.({ data: oddClone(random) });
      const changed = structuredClone(reply);
      for (let times = random.pick([1, 1, 1, 2, 3]); times > 0; times -= 1) mutate(changed, random);
      const text = JSON.stringify(changed);
      say.call(port, random.next() < 0.1 ? damage(text, random) : text);
      if (random.next() < 0.05) say.call(port, text);
    };
    return port;
  };
}

/** Make every request once, and compare what comes out with what was asked. */
async function ask({ pool, limits, stats, load }, seed) {
  await load(SCRIPTS);
  // A script that was charged before runs alone, which has rules of its own.
  const charged = pool.scriptIndex.macro(NAMES[seed % NAMES.length]);
  if (charged) pool.quarantine.count(charged, { code: "crash", message: "it ended" });
  const domains = { common: pool, isForeign: () => false };
  const uses = /** @type {any} */ ({ pool, domains, limits, stats, sanitiser: { outcome: () => [] } });
  const more = seed % 2 === 0 ? 0 : MORE;
  const names = [...NAMES, ...Array(more).fill("a1")];
  const texts = [...TEXTS, ...Array(more).fill(TEXTS[0])];
  const calls = names.map((name) => ({ abi: 1, macro: { name }, params: {}, env: { isPreview: false } }));
  const outcomes = await renderCalls(uses, calls, {});
  assert.equal(outcomes.length, calls.length);
  for (const outcome of outcomes) assert.ok(validateOutcome(outcome), JSON.stringify(outcome));
  const documents = texts.map((text, index) => ({ text, path: `${index}.md` }));
  for (const [index, rendered] of (await renderDocuments(uses, documents, { parts: true })).entries()) {
    assert.ok(validateRenderedDocument(rendered), JSON.stringify([rendered, validateRenderedDocument.errors]));
    assert.equal(rendered.path, `${index}.md`);
    assert.equal(textOf(rendered), texts[index]);
  }
  const previews = await previewCalls(uses, calls, { endsAt: performance.now() + 1000 });
  for (const preview of previews) assert.ok((preview.text === undefined) !== (preview.error === undefined));
  const ran = await runScript(uses, { slug: "a1" }, { timeoutMs: 50 });
  assert.ok(["ok", "error"].includes(ran.status) && ran.stdout.length <= LIMITS.stdoutBytes + 200);
  await orOurs(async () =>
    assert.ok(validateTransformOutcome((await transformPost(uses, acceptPost(limits, POST, {}), {})).outcome)),
  );
  await orOurs(async () => assert.equal((await checkScript(uses, "x", "a1.py")).script.path, "a1.py"));
  for (const { path } of pool.quarantine.report()) assert.ok(Object.hasOwn(SCRIPTS, path.replace(".py", "")), path);
}

async function orOurs(work) {
  await work().catch((error) => {
    if (!(error instanceof PybridgeError)) throw error;
  });
}

/** The text of a document from its pieces and its macros as they were written; one that failed keeps its text. */
function textOf({ parts, macros, output }) {
  if (parts === undefined) return output;
  return parts.map((part) => (typeof part === "string" ? part : macros[part].raw)).join("");
}

async function round(seed, counts) {
  const host = runtime({ limits: LIMITS });
  changeReplies(host.sandboxes[0], createRandom(seed), counts);
  try {
    await orOurs(() => ask(host, seed));
  } catch (error) {
    throw new Error(`seed ${seed}`, { cause: error });
  } finally {
    host.pool.dispose();
  }
}

suite("changed messages", () => {
  test("of a worker", async () => {
    const counts = { changed: 0 };
    const before = process.memoryUsage().rss;
    for (let seed = SEED; counts.changed < MESSAGES; seed += SIDE_BY_SIDE) {
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, index) => round(seed + index, counts)));
    }
    assert.ok(process.memoryUsage().rss - before < MOST_GROWTH, "the memory grows with the messages");
  });

  test("of the frame", async () => {
    const random = createRandom(SEED);
    const { port1, port2 } = new MessageChannel();
    const sandbox = sandboxOver({ remove() {} }, /** @type {any} */ (port1));
    const failures = [];
    sandbox.onWorkerError((generation, message) => failures.push([generation, message]));
    const count = MESSAGES / 10;
    for (let sent = 0; sent < count; sent += 1) {
      port2.postMessage(oddClone(random));
      if (sent % 1000 === 0) await wait(0);
    }
    port2.postMessage({ kind: "worker-error", generation: 12_345 });
    while (failures.at(-1)?.[0] !== 12_345) await wait(1);
    sandbox.close();
    port2.close();
    const isSound = ([generation, message = ""]) => Number.isSafeInteger(generation) && message.length <= 1000;
    assert.ok(failures.every(isSound));
    assert.ok(failures.some(([, message]) => message?.includes(MARK)));
  });
});

suite("a flood", () => {
  for (const [name, text] of [
    ["empty messages", ""],
    ["messages with another number", '{"kind":"pong","id":7}'],
    [
      "large messages with another number",
      JSON.stringify({ kind: "output", id: 7, stream: "stdout", text: "x".repeat(2 ** 21) }),
    ],
  ]) {
    test(`of ${name} ends a worker that nobody asked`, async () => {
      const { pool, sandboxes } = runtime();
      await pool.take();
      const [port] = sandboxes[0].workers.values();
      for (let sent = 0; sent < 1001; sent += 1) port.say(text);
      assert.equal(sandboxes[0].workers.has(1), false);
      await pool.take();
      assert.match(pool.report().restarts[0].message, /flood/);
      pool.dispose();
    });
  }

  test("of output ends a run, and what is kept of it is within the limit", async () => {
    const { pool, sandboxes, limits, load } = runtime({ limits: { stdoutBytes: 1000, runS: 20 } });
    await load({ a: "x" });
    const [port] = sandboxes[0].workers.values();
    const { say } = port;
    port.say = (reply) => {
      if (reply.kind !== "output") return say.call(port, reply);
      for (let sent = 0; sent < 5000; sent += 1) say.call(port, reply);
    };
    const heard = [];
    const onStdout = (text) => heard.push(text);
    const ran = await runScript(/** @type {any} */ ({ pool, limits }), { slug: "a" }, { onStdout });
    assert.deepEqual([ran.status, ran.code], ["error", "crash"]);
    assert.ok(heard.join("").length <= 1080 && ran.stdout === heard.join(""));
    pool.dispose();
  });

  test("of replies without progress ends the batch at once", async () => {
    const { pool, sandboxes, render } = runtime({ limits: { itemS: 5 } });
    await pool.take();
    for (const port of sandboxes[0].workers.values()) {
      const { say } = port;
      port.say = (reply) => {
        if (reply.kind !== "outcomes") return say.call(port, reply);
        for (let sent = 0; sent < 5; sent += 1) say.call(port, { ...reply, first: 0, outcomes: [], done: false });
      };
    }
    assert.deepEqual(await render(["m"]), ["<b>m</b>"]);
    assert.match(pool.report().restarts[0].message, /no progress/);
    pool.dispose();
  });
});
