/** The worker pool over a simulated sandbox: losses, starts that fail, recycling, the end. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { recycle } from "../../web_worker/host/workers/recycling.js";
import { good, runtime } from "./simulated_host.mjs";

suite("ends that nothing explains", () => {
  test("are noted when they happen, called for or not", async () => {
    const { pool, sandboxes, render } = runtime();
    await render(["a"]);
    sandboxes[0].fail(1);
    assert.deepEqual([pool.report().restartCounts, pool.report().current], [{ crash: 1 }, null]);
    assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
    pool.dispose();
  });

  test("are nobody's fault", async () => {
    const names = Array.from({ length: 40 }, (_, number) => `m${number}`);
    const { pool, sandboxes, render } = runtime();
    sandboxes[0].onReply = (generation, { first }) => {
      if (first !== 9) return;
      if (generation === 1) sandboxes[0].fail(1);
      else sandboxes[0].lose();
    };
    assert.deepEqual(await render(names), good(names));
    const { restartCounts, sandboxes: opened } = pool.report();
    assert.deepEqual([restartCounts, opened], [{ crash: 2 }, 2]);
    assert.ok(sandboxes[0].isClosed);
    pool.dispose();
  });

  for (const fate of ["blip", "vanish"]) {
    test(`are charged to the one at which they come again and again: ${fate}`, async () => {
      const { pool, render } = runtime();
      assert.deepEqual(await render(["a", fate, "b"]), ["<b>a</b>", "crash", "<b>b</b>"]);
      assert.deepEqual(await render([fate]), ["crash"]);
      pool.dispose();
    });
  }

  test("a deadline in a sandbox that is gone charges nobody", async () => {
    const { pool, sandboxes, render } = runtime();
    await pool.take();
    sandboxes[0].isGone = true;
    const done = render(["m"]);
    setTimeout(() => sandboxes[0].lose(), 400);
    assert.deepEqual(await done, ["<b>m</b>"]);
    pool.dispose();
  });

  test("a sandbox that is lost while nobody calls is replaced for the next", async () => {
    const { pool, sandboxes, render } = runtime({ spares: 1 });
    let wasTold = 0;
    pool.onLost = () => {
      wasTold += 1;
    };
    await render(["a"]);
    pool.replenish();
    sandboxes[0].lose();
    assert.equal(wasTold, 1);
    assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
    assert.equal(pool.report().sandboxes, 2);
    pool.dispose();
  });
});

suite("starts that fail", () => {
  test("are tried a few times", async () => {
    const { pool, log, render } = runtime({ log: { stillborn: (generation) => generation < 3 } });
    assert.deepEqual(await render(["a"]), ["<b>a</b>"]);
    assert.equal(log.spawned, 3);
    assert.deepEqual(log.cold, [false, false, true]);
    assert.match(pool.warnings[0], /without the snapshot from now on: .*no memory/);
    pool.dispose();
  });

  test("once are not held against the snapshot", async () => {
    const { pool, log, render } = runtime({ log: { stillborn: (generation) => generation % 2 === 1 } });
    for (let again = 0; again < 3; again += 1) {
      await render(["a"]);
      pool.retire(await pool.take(), { code: "restarted", message: "" });
    }
    assert.deepEqual(log.cold, Array(6).fill(false));
    assert.deepEqual(pool.warnings, []);
    pool.dispose();
  });

  test("open the breaker, and nothing spins", async () => {
    const { pool, log, render } = runtime({ log: { stillborn: () => true }, spares: 1 });
    await assert.rejects(render(["a"]), { code: "boot", message: /did not start: no memory/ });
    for (let again = 0; again < 20; again += 1) {
      await assert.rejects(render(["a"]), { code: "boot", message: /3 starts in a row failed/ });
      pool.replenish();
    }
    assert.equal(log.spawned, 3);
    assert.equal(pool.report().breaker.isOpen, true);
    pool.dispose();
  });

  test("a sandbox that does not open again is a failed start", async () => {
    const open = () => Promise.reject(Object.assign(new Error("frame.htm answered 404"), { code: "boot" }));
    const { pool, sandboxes, render } = runtime({ open });
    await render(["a"]);
    sandboxes[0].lose();
    await assert.rejects(render(["b"]), { code: "boot", message: /404/ });
    pool.dispose();
  });
});

test("replies that nobody waits for are counted and ignored", async () => {
  const { pool, sandboxes, render } = runtime();
  await render(["a"]);
  const [port] = sandboxes[0].workers.values();
  const old = { kind: "outcomes", first: 0, outcomes: [], elapsedUs: 1, done: true };
  port.say({ ...old, id: 1 });
  port.say({ ...old, id: 99 });
  const { onmessage } = port;
  pool.retire(await pool.take(), { code: "restarted", message: "" });
  onmessage?.({ data: JSON.stringify({ ...old, id: 2 }) });
  assert.equal(pool.report().lateReplies, 3);
  assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
  pool.dispose();
});

test("a reply that is lost on its way is missed, and charged to nobody", async () => {
  const names = Array.from({ length: 12 }, (_, number) => `m${number}`);
  const { pool, sandboxes, render } = runtime();
  await pool.take();
  const [port] = sandboxes[0].workers.values();
  const { say } = port;
  port.say = (reply) => reply.first !== 3 && say.call(port, reply);
  assert.deepEqual(await render(names), good(names));
  assert.match(pool.report().restarts[0].message, /a part of the batch is missing/);
  pool.dispose();
});

test("a worker that sends more outcomes than it was asked for is ended", async () => {
  const { pool, sandboxes, render } = runtime();
  await pool.take();
  const [port] = sandboxes[0].workers.values();
  const { postMessage } = port;
  const outcomes = Array(5).fill({ result: { html: "x" }, scriptId: "id" });
  port.postMessage = (text) => {
    const { id } = JSON.parse(text);
    setImmediate(() => port.say({ kind: "outcomes", id, first: 0, outcomes, elapsedUs: 1, done: true }));
    postMessage.call(port, text);
  };
  const done = render(["m"]);
  assert.deepEqual(await done, ["<b>m</b>"]);
  assert.match(pool.report().restarts[0].message, /does not fit/);
  pool.dispose();
});

test("a spare that died unseen is asked before it gets work", async () => {
  const { pool, sandboxes, render } = runtime({ spares: 1 });
  await render(["a"]);
  pool.replenish();
  while (pool.report().sparesReady === 0) await new Promise(setImmediate);
  const spare = [...sandboxes[0].workers.keys()].at(-1);
  sandboxes[0].terminateQuietly(spare);
  pool.retire(await pool.take(), { code: "restarted", message: "" });
  assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
  pool.dispose();
});

test("a script that nobody survives compiling is left out, with all that is known of it", async () => {
  for (const [content, code] of Object.entries({ die: "crash", hang: "timeout" })) {
    const { pool, load, render } = runtime();
    await load({ a: "x", bad: content, c: "y" });
    const info = pool.scriptIndex.at("bad.py");
    assert.deepEqual(
      [info?.enabled, info?.sha256.length, info?.problems.map((each) => each.code)],
      [false, 64, [code]],
    );
    assert.deepEqual(await render(["a"]), ["<b>a</b>"]);
    pool.dispose();
  }
});

test("a worker whose heap has grown is replaced while nobody calls", async () => {
  const log = { heapBytes: 1 };
  const { pool, render } = runtime({ log, limits: { memoryMib: 100 } });
  await render(["a"]);
  await recycle(pool);
  assert.deepEqual(pool.report().restarts, []);
  log.heapBytes = 60 * 2 ** 20;
  await recycle(pool);
  assert.deepEqual(pool.report().restarts, [
    { generation: 1, code: "restarted", message: "its heap had grown past the watermark" },
  ]);
  assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
  pool.dispose();
});

suite("the end", () => {
  const stuck = (/** @type {AbortSignal} */ signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject({ code: "cancelled" }), { once: true }));
  const cases = {
    "in a call": {
      limits: { itemS: 60 },
      names: ["a", "b", "c", "hang"],
      expected: [...good(["a", "b", "c"]), "cancelled"],
    },
    "at a start": { log: { stillborn: () => false }, limits: { bootS: 60 }, hangs: true },
    "while waiting for the next start": { log: { stillborn: () => true } },
    "while the sandbox opens again": { open: stuck, loses: true },
  };
  for (const [name, { log = { ran: [] }, names = ["a"], expected, loses, hangs, ...options }] of Object.entries(
    cases,
  )) {
    test(`${name} settles what is open and leaves nothing`, async () => {
      const { pool, sandboxes, render } = runtime({ log, ...options });
      if (hangs) sandboxes[0].isGone = true;
      if (loses) {
        await render(["a"]);
        sandboxes[0].lose();
      }
      const settled = render(names).catch(({ code }) => code);
      await new Promise((resolve) => setTimeout(resolve, 20));
      while (expected && !log.ran?.includes("hang")) await new Promise(setImmediate);
      pool.dispose();
      assert.deepEqual(await settled, expected ?? "cancelled");
      assert.ok(sandboxes[0].isClosed);
      assert.deepEqual(
        process.getActiveResourcesInfo().filter((kind) => kind === "Timeout"),
        [],
      );
      await assert.rejects(render(["a"]), { code: "cancelled" });
    });
  }
});
