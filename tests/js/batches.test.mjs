/** A batch is made ready bit by bit, what its calls share is sent once, and the page gets its turn. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { withDefaults } from "../../web_worker/host/wire/limits.js";
import { Pool } from "../../web_worker/host/workers/pool.js";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { acceptPost, transformPost } from "../../web_worker/host/batches/transform.js";
import { Stats } from "../../web_worker/host/workers/stats.js";
import { ItemSource } from "../../web_worker/host/batches/item_source.js";
import { TIME_SLICE_MS, TimeSlices } from "../../web_worker/host/batches/time_slices.js";
import { runtime } from "./simulated_host.mjs";
import { SimulatedSandbox } from "./simulated_sandbox.mjs";

const asTheyAre = () => [];
const POST = { title: "t", content: "c", tags: [], categories: [] };

/** Renders with a simulated sandbox; returns the outcomes and what was sent for them. */
async function rendered(calls, { limits: own = {}, sanitise = asTheyAre, ...options } = {}) {
  const log = {};
  const limits = withDefaults(own);
  const pool = new Pool(new SimulatedSandbox(log), limits, { spares: 0, level: { probes: [], hint: "" } });
  const uses = { pool, limits, sanitiser: { outcome: sanitise }, stats: new Stats() };
  const outcomes = await renderCalls(/** @type {any} */ (uses), calls, options);
  pool.dispose();
  return { outcomes, messages: log.messages.filter(({ kind }) => kind === "render") };
}

function callOf(name, more = {}) {
  return { abi: 1, macro: { name }, params: {}, env: { isPreview: false }, ...more };
}

function codes(outcomes) {
  return outcomes.map(({ result, error }) => (result ? "fine" : error.code));
}

suite("what calls share", () => {
  const data = { media: [{ id: "m1" }] };
  const env = { isPreview: true };

  test("is sent once, when it is one and the same object", async () => {
    const { outcomes, messages } = await rendered([callOf("a", { data, env }), callOf("b", { data, env })]);
    assert.deepEqual(codes(outcomes), ["fine", "fine"]);
    const [{ shared, calls }] = messages;
    assert.deepEqual(shared, { env, data });
    assert.deepEqual(
      calls,
      ["a", "b"].map((name) => ({ abi: 1, macro: { name }, params: {}, env: {} })),
    );
  });

  test("stays with the calls when one of them has its own", async () => {
    const calls = [callOf("a", { data }), callOf("b", { data: { media: [] } })];
    const { messages } = await rendered(calls);
    assert.deepEqual(messages[0].calls, calls);
    assert.equal("shared" in messages[0], false);
  });

  test("is blamed on each call when it breaks the schema", async () => {
    const bad = { isPreview: "yes" };
    const { outcomes, messages } = await rendered([callOf("a", { env: bad }), callOf("b", { env: bad })]);
    assert.deepEqual(codes(outcomes), ["schema", "schema"]);
    assert.deepEqual(messages, []);
  });

  test("counts as part of each call's size", async () => {
    const large = { text: "x".repeat(900) };
    const calls = [callOf("a", { data: large }), callOf("b", { data: large, params: { text: "y".repeat(200) } })];
    const { outcomes } = await rendered(calls, { limits: { inputBytes: 1100 } });
    assert.deepEqual(codes(outcomes), ["fine", "input-limit"]);
  });
});

suite("a call that cannot be written as JSON", () => {
  const throwing = {
    toJSON() {
      throw new Error("not today");
    },
  };
  for (const [name, value] of [
    ["a BigInt", 1n],
    ["a toJSON that throws", throwing],
  ]) {
    test(`is told so, and no other: ${name}`, async () => {
      const { outcomes } = await rendered([callOf("a"), callOf("b", { params: { value } }), callOf("c")]);
      assert.deepEqual(codes(outcomes), ["fine", "schema", "fine"]);
    });
  }
});

suite("progress", () => {
  test("counts what was refused on the way, and ends with all", async () => {
    const seen = [];
    const calls = [callOf("a"), callOf(""), callOf("b"), callOf("c"), callOf("d"), callOf("")];
    await rendered(calls, { onProgress: (done, total) => seen.push([done, total]) });
    assert.deepEqual(seen, [
      [1, 6],
      [3, 6],
      [4, 6],
      [6, 6],
    ]);
  });

  test("a failure in its callback rejects the batch, and harms no worker", async () => {
    const onProgress = () => {
      throw new Error("the page is gone");
    };
    await assert.rejects(rendered([callOf("a")], { onProgress }), /the page is gone/);
  });
});

suite("what is cancelled before it runs is not sent", () => {
  const requests = {
    calls: async (uses, signal) => codes(await renderCalls(uses, [callOf("a")], { signal })),
    post: (uses, signal) =>
      transformPost(uses, acceptPost(uses.limits, POST, {}), { signal }).catch(({ code }) => [code]),
  };
  for (const [what, request] of Object.entries(requests)) {
    for (const isWaiting of [false, true]) {
      test(`${what}, ${isWaiting ? "while it waits for a worker" : "before a worker is needed"}`, async () => {
        const log = {};
        const limits = withDefaults({});
        const pool = new Pool(new SimulatedSandbox(log), limits, { spares: 0, level: { probes: [], hint: "" } });
        const uses = { pool, limits, sanitiser: { outcome: asTheyAre }, stats: new Stats() };
        const stop = new AbortController();
        if (!isWaiting) stop.abort();
        const ending = request(/** @type {any} */ (uses), stop.signal);
        stop.abort();
        assert.deepEqual(await ending, ["cancelled"]);
        const sent = log.messages.filter(({ kind }) => ["render", "transform"].includes(kind));
        assert.deepEqual([sent, isWaiting || log.spawned === 0], [[], true]);
        pool.dispose();
      });
    }
  }
});

test("a large batch comes back whole and in order", async () => {
  const names = Array.from({ length: 3000 }, (_, number) => `m${number}`);
  const { outcomes, messages } = await rendered(names.map((name) => callOf(name)));
  assert.deepEqual(
    outcomes.map(({ result }) => result.html),
    names.map((name) => `<b>${name}</b>`),
  );
  assert.ok(messages.length > 1, "one message would mean that all were made ready at once");
});

suite("supply", () => {
  test("makes ready what is asked for and little more", async () => {
    let seen = 0;
    const supply = new ItemSource(new Array(100_000).fill("x"), (value) => {
      seen += 1;
      return value;
    });
    assert.equal(await supply.has(0), true);
    assert.ok(seen <= 256, `${seen} for the first`);
  });

  test("finds the one that is good behind many that are not", async () => {
    const supply = new ItemSource(
      Array.from({ length: 5000 }, (_, number) => number),
      (value) => (value === 4999 ? "it" : null),
    );
    assert.equal(await supply.has(0), true);
    assert.deepEqual([supply.texts, supply.places], [["it"], [4999]]);
    assert.equal(await supply.has(1), false);
  });

  test("lets go of texts that are behind, so that large ones do not stop it", async () => {
    const large = "x".repeat(3 << 20);
    const supply = new ItemSource([large, large, large], (value) => value);
    for (let index = 0; index < 3; index += 1) assert.equal(await supply.has(index), true);
    assert.deepEqual(
      supply.texts.map(({ length }) => length),
      [0, 0, large.length],
    );
  });
});

suite("turns", () => {
  /** Steps that take longer than a turn, told by a clock that they turn themselves. */
  function* slowSteps(count, log) {
    for (let step = 0; step < count; step += 1) {
      const end = performance.now() + TIME_SLICE_MS;
      while (performance.now() < end);
      log.push(step);
      yield;
    }
  }

  test("begin at once, and let others in between", async () => {
    const log = [];
    const turns = new TimeSlices();
    turns.add(slowSteps(3, log));
    assert.deepEqual(log, [0]);
    setImmediate(() => log.push("other"));
    await turns.done();
    assert.ok(log.indexOf("other") < log.indexOf(2), String(log));
  });

  test("keep the order in which work came", async () => {
    const log = [];
    const turns = new TimeSlices();
    turns.add(slowSteps(2, log));
    turns.add(
      (function* late() {
        yield log.push("late");
      })(),
    );
    await turns.done();
    assert.deepEqual(log, [0, 1, "late"]);
  });

  test("tell of a failure at the end, and begin nothing after it", async () => {
    const turns = new TimeSlices();
    turns.add(
      (function* fail() {
        yield;
        throw new Error("broken");
      })(),
    );
    await turns.room();
    await assert.rejects(turns.done(), /broken/);
  });
});

test("a worker that gives the last outcome and goes on is waited for like one that computes", async () => {
  const { pool, sandboxes, load, render } = runtime();
  const { spawn } = sandboxes[0];
  sandboxes[0].spawn = (...given) => {
    const port = spawn.apply(sandboxes[0], given);
    const { say } = port;
    port.say = (reply) => say.call(port, reply.done ? { ...reply, done: false } : reply);
    return port;
  };
  await load({ a: "x" });
  // A script that was charged before runs alone.
  pool.quarantine.count(pool.scriptIndex.macro("a"), { code: "crash", message: "it ended" });
  assert.deepEqual(await render(["a"]), ["<b>a</b>"]);
  pool.dispose();
});
