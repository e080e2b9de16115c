/** What is charged, counted and limited, over a simulated sandbox. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { brief, call, runtime } from "./simulated_host.mjs";

test("what is charged is named with its place and its script", async () => {
  const { pool, load, ...uses } = runtime();
  await load({ die: "x" });
  const [outcome] = await renderCalls(/** @type {any} */ ({ pool, ...uses }), [call("die")], {});
  assert.deepEqual(outcome, {
    error: {
      code: "crash",
      message: "the interpreter died",
      macro: "die",
      call: { path: "a.md", line: 2, column: 3 },
    },
    scriptId: "id-die",
  });
  pool.dispose();
});

test("once a script has cost a worker, it runs alone at once", async () => {
  const { pool, log, render, load } = runtime();
  await load({ die: "x" });
  await render(["a", "b", "die", "c"]);
  assert.equal(pool.report().restartCounts.crash, 2);
  log.ran.length = 0;
  assert.deepEqual(await render(["a", "b", "die", "c"]), ["<b>a</b>", "<b>b</b>", "crash", "<b>c</b>"]);
  assert.equal(pool.report().restartCounts.crash, 3);
  assert.deepEqual(log.ran, ["a", "b", "die", "c"]);
  pool.dispose();
});

test("the statistics say who is in quarantine and why", async () => {
  const { pool, render, load, stats } = runtime();
  await load({ die: "x" });
  await render(Array(5).fill("die"));
  const [entry, ...others] = pool.report().quarantined;
  assert.deepEqual(others, []);
  assert.equal(entry.path, "die.py");
  assert.equal(entry.scriptId, "id-die");
  assert.equal(entry.losses, 3);
  assert.equal(entry.reason, "crash: the interpreter died");
  assert.deepEqual(stats.totals(), { calls: 5, ok: 0, errors: 5, byCode: { crash: 3, quarantined: 2 } });
  assert.equal(stats.report()["id-die"].calls, 5);
  pool.dispose();
});

test("ten macros that crash in a row cost nobody else", async () => {
  const { pool, render } = runtime();
  const names = Array.from({ length: 10 }, (_, number) => `die${number}`);
  assert.deepEqual(await render([...names, "m"]), [...names.map(() => "crash"), "<b>m</b>"]);
  assert.equal(pool.report().breaker.lossesInARow, 0);
  pool.dispose();
});

suite("limits", () => {
  const hasty = JSON.stringify({ itemS: 0.05 });
  const greedy = JSON.stringify({ itemS: 600 });

  test("a script's own holds, within the host's", async () => {
    const { pool, load, ...uses } = runtime({ limits: { itemS: 0.2 } });
    await load({ hanghasty: hasty, hanggreedy: greedy });
    const calls = ["a", "hanghasty", "hanggreedy", "b"].map(call);
    const outcomes = await renderCalls(/** @type {any} */ ({ pool, ...uses }), calls, {});
    assert.deepEqual(outcomes.map(brief), ["<b>a</b>", "timeout", "timeout", "<b>b</b>"]);
    assert.match(outcomes[1].error.message, /longer than 0.05 s/);
    assert.match(outcomes[2].error.message, /longer than 0.2 s/);
    pool.dispose();
  });

  test("a call's own holds for it and no longer", async () => {
    const { pool, log, render } = runtime({ limits: { itemS: 0.5, outputBytes: 1000 } });
    const limits = { itemS: 0.05, outputBytes: 10, inputBytes: 1e9 };
    assert.deepEqual(await render(["hang"], { limits }), ["timeout"]);
    await render(["a"], { limits });
    await render(["b"]);
    const told = log.messages.filter(({ kind }) => kind === "limits").map(({ limits: { outputBytes } }) => outputBytes);
    assert.deepEqual(told, [1000, 10, 1000, 10, 1000]);
    pool.dispose();
  });

  test("what is fixed at the start is refused for a call", async () => {
    const { pool, render } = runtime();
    await assert.rejects(render(["a"], { limits: { memoryMib: 1 } }), { code: "usage", message: /memoryMib/ });
    await assert.rejects(render(["a"], { limits: { outputBytes: 1.5 } }), { code: "usage", message: /whole number/ });
    pool.dispose();
  });
});
