/** Trust domains: a pool for each, what is called goes where it belongs, and trouble stays where it is made. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { perDomain } from "../../web_worker/host/batches/per_domain.js";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { Domains } from "../../web_worker/host/workers/domains.js";
import { transformInDomains } from "../../web_worker/host/batches/transform_rounds.js";
import { renderDocuments } from "../../web_worker/host/batches/document_rounds.js";
import { endOf, withDefaults, withinHost } from "../../web_worker/host/wire/limits.js";
import { Pool } from "../../web_worker/host/workers/pool.js";
import { Stats } from "../../web_worker/host/workers/stats.js";
import { SimulatedSandbox } from "./simulated_sandbox.mjs";

const LEVEL = { probes: [], hint: "" };

/** A client's parts over simulated sandboxes; `logs` has one for each domain, in the order they were first opened. */
function runtime({ broken = new Set(), limits: own = {} } = {}) {
  const limits = withDefaults({ itemS: 0.3, compileS: 0.3, bootS: 2, ...own });
  const logs = [];
  const makePool = () => {
    const log = {};
    const open = async () => {
      if (!logs.includes(log)) logs.push(log);
      log.stillborn = () => broken.has(logs.indexOf(log));
      log.opened = (log.opened ?? 0) + 1;
      log.sandbox = new SimulatedSandbox(log);
      return log.sandbox;
    };
    return new Pool(null, limits, { spares: 0, level: LEVEL, open });
  };
  const pool = makePool();
  const domains = new Domains(pool, makePool);
  const uses = { limits, sanitiser: { outcome: () => [] }, stats: new Stats() };
  const load = (scripts) =>
    domains.load(Object.entries(scripts).map(([name, domain]) => ({ path: `${name}.py`, content: "", domain })));
  const render = async (names, options = {}) => {
    const terms = { ...options, endsAt: endOf(withinHost(limits, options.limits)) };
    const work = (own, some, each) => renderCalls({ pool: own, ...uses }, some, each);
    const outcomes = await perDomain(domains, names.map(callOf), terms, work);
    return outcomes.map(({ result, error }) => result?.html ?? error.code);
  };
  const documents = (texts, options = {}) =>
    renderDocuments(
      { domains, ...uses },
      texts.map((text) => ({ text })),
      options,
    );
  return { pool, stats: uses.stats, domains, logs, load, render, documents };
}

function callOf(name) {
  return { abi: 1, macro: { name }, params: {}, env: { isPreview: false } };
}

suite("calls", () => {
  test("run in their own domain alone, and come back in order", async () => {
    const { domains, logs, load, render } = runtime();
    await load({ a: "", b: "x", c: "y", d: "x" });
    assert.deepEqual(await render(["b", "a", "c", "d", "b", "unknown"]), [
      ...["<b>b</b>", "<b>a</b>", "<b>c</b>", "<b>d</b>", "<b>b</b>", "<b>unknown</b>"],
    ]);
    assert.deepEqual(
      logs.map(({ ran }) => ran),
      [["a", "unknown"], ["b", "d", "b"], ["c"]],
    );
    domains.dispose();
  });

  test("another domain is told of nothing but its own scripts", async () => {
    const { domains, logs, load, render } = runtime();
    await load({ a: "", b: "x", c: "y" });
    await render(["b"]);
    const told = (log) => log.messages.filter(({ kind }) => kind === "load").flatMap(({ scripts }) => scripts);
    assert.deepEqual(told(logs[1]), [{ path: "b.py", content: "", origin: "project" }]);
    assert.deepEqual(
      told(logs[0]).map(({ path, elsewhere = false }) => [path, elsewhere]),
      [
        ["a.py", false],
        ["b.py", true],
        ["c.py", true],
      ],
    );
    domains.dispose();
  });

  test("progress is of the whole batch", async () => {
    const { domains, load, render } = runtime();
    await load({ a: "", b: "x" });
    const seen = [];
    await render(["b", "a", "b", "a", "b"], { onProgress: (done, total) => seen.push([done, total]) });
    assert.deepEqual(seen, [
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 5],
      [5, 5],
    ]);
    domains.dispose();
  });

  test("those that were not reached are cancelled, whatever their domain", async () => {
    const { domains, load, render } = runtime();
    await load({ a: "", b: "x" });
    const stop = new AbortController();
    const done = render(["b", "a"], { signal: stop.signal, onProgress: () => stop.abort() });
    assert.deepEqual(await done, ["<b>b</b>", "cancelled"]);
    domains.dispose();
  });
});

suite("trouble stays where it is made", () => {
  for (const [fate, code] of [
    ["die", "crash"],
    ["hang", "timeout"],
  ])
    test(`a macro that ${fate}s ends no worker of another domain`, async () => {
      const { pool, domains, load, render } = runtime();
      await load({ a: "", [fate]: "x", b: "y" });
      assert.deepEqual(await render(["a", fate, "b"]), ["<b>a</b>", code, "<b>b</b>"]);
      assert.deepEqual(pool.report().restarts, []);
      const { x, y } = domains.report().domains;
      assert.deepEqual([x.restartCounts, y.restarts], [{ [code]: 1 }, []]);
      domains.dispose();
    });

  test("a domain that does not start fails its own calls only", async () => {
    const { domains, load, render, documents } = runtime({ broken: new Set([1]) });
    await load({ a: "", b: "x", c: "y" });
    assert.deepEqual(await render(["a", "b", "c"]), ["<b>a</b>", "boot", "<b>c</b>"]);
    const [document] = await documents(["a b c"]);
    assert.equal(document.output, "<b>a</b>  <b>c</b>");
    domains.dispose();
  });
});

suite("a script that is moved", () => {
  test("leaves no interpreter behind in which it may have run", async () => {
    const { domains, logs, load, render } = runtime();
    await load({ a: "", b: "x", c: "x" });
    await render(["a", "b"]);
    await load({ b: "y" });
    assert.deepEqual(await render(["b", "c", "a"]), ["<b>b</b>", "<b>c</b>", "<b>a</b>"]);
    assert.deepEqual(
      logs.map(({ ran, spawned }) => [ran, spawned]),
      [
        [["a", "a"], 1],
        [["b", "c"], 2],
        [["b"], 1],
      ],
    );
    domains.dispose();
  });

  test("from the common domain, ends the common interpreter", async () => {
    const { domains, logs, load, render } = runtime();
    await load({ a: "", b: "" });
    await render(["a", "b"]);
    await load({ b: "x" });
    await render(["a", "b"]);
    assert.deepEqual(
      logs.map(({ ran, spawned }) => [ran, spawned]),
      [
        [["a", "b", "a"], 2],
        [["b"], 1],
      ],
    );
    domains.dispose();
  });

  test("one that only was known there does not", async () => {
    const { pool, domains, load, render } = runtime();
    await load({ a: "", b: "x" });
    await load({ b: "" });
    assert.deepEqual(await render(["b"]), ["<b>b</b>"]);
    assert.deepEqual(pool.report().restarts, []);
    domains.dispose();
  });

  test("one that is unloaded answers nowhere", async () => {
    const { domains, logs, load, render } = runtime();
    await load({ a: "", b: "x" });
    await render(["b"]);
    await domains.unload(["b.py"]);
    await render(["b"]);
    assert.deepEqual(
      logs.map(({ ran }) => ran),
      [["b"], ["b"]],
      "an unknown name is the common domain's to refuse",
    );
    domains.dispose();
  });
});

suite("documents", () => {
  test("are rendered together by all domains, each macro once", async () => {
    const { domains, logs, load, documents } = runtime();
    await load({ a: "", b: "x", c: "y" });
    const [first, second, third] = await documents(["a b c b", "a", "c"]);
    assert.deepEqual(
      [first, second, third].map(({ output }) => output),
      ["<b>a</b> <b>b</b> <b>c</b> <b>b</b>", "<b>a</b>", "<b>c</b>"],
    );
    assert.deepEqual(
      logs.map(({ ran }) => ran),
      [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
      ],
    );
    domains.dispose();
  });

  test("each macro is counted once", async () => {
    const { stats, domains, load, documents } = runtime();
    await load({ a: "", b: "x", die: "x" });
    await documents(["a b die"]);
    assert.deepEqual(stats.totals(), { calls: 3, ok: 2, errors: 1, byCode: { crash: 1 } });
    assert.deepEqual(
      Object.entries(stats.report()).map(([id, { calls }]) => [id, calls]),
      [
        ["id-b", 1],
        ["id-die", 1],
        ["id-a", 1],
      ],
    );
    domains.dispose();
  });

  test("progress ends with all of them", async () => {
    const { domains, load, documents } = runtime();
    await load({ a: "", b: "x" });
    const seen = [];
    await documents(["a", "b", "a b"], { onProgress: (done, total) => seen.push([done, total]) });
    assert.deepEqual(seen, [
      [1, 3],
      [1, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    domains.dispose();
  });

  test("those that wait when it is cancelled keep their text", async () => {
    const { domains, load, documents } = runtime();
    await load({ a: "", b: "x" });
    const stop = new AbortController();
    const rendered = await documents(["a", "b"], { signal: stop.signal, onProgress: () => stop.abort() });
    assert.deepEqual(
      rendered.map(({ output, errors }) => [output, errors.map(({ code }) => code)]),
      [
        ["<b>a</b>", []],
        ["b", ["cancelled"]],
      ],
    );
    domains.dispose();
  });

  test("one that a worker says to wait for ever ends", async () => {
    const { domains, load, documents } = runtime({ limits: { inputDepth: 3 } });
    await load({ a: "", endless: "x" });
    const [bad, good] = await documents(["endless", "a"]);
    assert.deepEqual([bad.output, bad.errors[0].code, good.output], ["endless", "crash", "<b>a</b>"]);
    domains.dispose();
  });
});

suite("scripts that are not self-contained", () => {
  const ISOLATED = [
    { path: "a.py", content: "" },
    { path: "b.py", content: "isolated" },
    { path: "c.py", content: "x isolated", domain: "x" },
    { path: "_h.py", content: "" },
  ];
  const ran = (logs) => logs.map((log) => log.ran);

  test("run in workers that know them and the helpers of their domain alone", async () => {
    const { domains, logs, render } = runtime();
    await domains.load(ISOLATED);
    assert.deepEqual(await render(["a", "b", "c", "a", "b"]), [
      ...["<b>a</b>", "<b>b</b>", "<b>c</b>", "<b>a</b>", "<b>b</b>"],
    ]);
    assert.deepEqual(ran(logs), [["a", "a"], ["b", "b"], ["c"]]);
    const told = (log) => log.messages.filter(({ kind }) => kind === "load").flatMap(({ scripts }) => scripts);
    assert.deepEqual(
      logs.slice(1).map((log) => told(log).map(({ path, alone }) => [path, alone])),
      [
        [
          ["b.py", true],
          ["_h.py", true],
        ],
        [["c.py", true]],
      ],
    );
    domains.dispose();
  });

  test("are awaited by documents", async () => {
    const { domains, logs, documents } = runtime();
    await domains.load(ISOLATED);
    const [first, second] = await documents(["a b c a", "a"]);
    assert.equal(first.output, "<b>a</b> <b>b</b> <b>c</b> <b>a</b>");
    assert.equal(second.output, "<b>a</b>");
    assert.deepEqual(ran(logs).slice(1), [["b"], ["c"]]);
    domains.dispose();
  });

  test("get new workers when they or a helper change, and none when nothing does", async () => {
    const { domains, logs, render } = runtime();
    await domains.load(ISOLATED);
    await render(["b"]);
    await domains.load(ISOLATED);
    await render(["b"]);
    assert.equal(logs[1].spawned, 1);
    await domains.load([{ path: "_h.py", content: "new" }]);
    await render(["b"]);
    assert.equal(logs[1].spawned, 2);
    await domains.load([{ path: "b.py", content: "new isolated" }]);
    await render(["b"]);
    assert.deepEqual([logs[1].spawned, ran(logs)], [3, [[], ["b", "b", "b", "b"]]]);
    await domains.load([{ path: "_h.py", content: "new", domain: "x" }]);
    await render(["b"]);
    assert.equal(logs[1].spawned, 4, "a helper moved away");
    await domains.load([{ path: "b.py", content: "self-contained" }]);
    await render(["b"]);
    assert.deepEqual(ran(logs)[0], ["b"]);
    domains.dispose();
  });

  test("that are unloaded, or moved to another domain, leave nothing behind", async () => {
    const { domains, logs, render } = runtime();
    await domains.load(ISOLATED);
    await render(["b"]);
    await domains.load([{ path: "b.py", content: "isolated", domain: "y" }]);
    await render(["b"]);
    assert.deepEqual(ran(logs), [[], ["b"], ["b"]]);
    await domains.unload(["b.py"]);
    assert.equal(domains.of("b.py"), "");
    domains.dispose();
  });

  test("lose their own workers only, and their counters are those of their domain", async () => {
    const { domains, render } = runtime();
    await domains.load([
      { path: "a.py", content: "" },
      { path: "die.py", content: "isolated" },
    ]);
    assert.deepEqual(await render(["a", "die", "a"]), ["<b>a</b>", "crash", "<b>a</b>"]);
    assert.deepEqual(domains.common.report().restarts, []);
    assert.deepEqual(domains.report().restartCounts, { crash: 1 });
    domains.dispose();
  });
});

suite("the transforms of a post", () => {
  const POST = { title: "t", content: "x", tags: [], categories: [] };
  const transform = async ({ domains, stats }, limits) => transformInDomains({ domains, limits, stats }, POST, {}, {});

  test("keep their order, whether they are isolated or not", async () => {
    const host = runtime();
    await host.domains.load(
      ["a", "b isolated", "c isolated", "d", "e isolated"].map((text) => ({
        path: `${text[0]}.py`,
        content: `transform ${text}`,
      })),
    );
    const outcome = await transform(host, withDefaults({}));
    assert.deepEqual([outcome.post.title, outcome.applied], ["t a b c d e", ["a", "b", "c", "d", "e"]]);
    host.domains.dispose();
  });

  test("that are isolated and end their worker are skipped", async () => {
    const host = runtime();
    await host.domains.load([
      { path: "a.py", content: "transform" },
      { path: "die.py", content: "transform isolated" },
      { path: "b.py", content: "transform" },
    ]);
    const outcome = await transform(host, withDefaults({}));
    assert.deepEqual([outcome.applied, outcome.errors.map(({ code }) => code)], [["a", "b"], ["crash"]]);
    host.domains.dispose();
  });
});

suite("the time of a batch", () => {
  test("keeps documents whose macros elsewhere were made in time, and fails the others", async () => {
    const { domains, load, documents } = runtime({ limits: { batchS: 0.3, itemS: 0.6 } });
    await load({ a: "", b: "x", hang: "y", c: "z" });
    const [made, late] = await documents(["a b", "hang c"]);
    assert.deepEqual([made.output, late.output], ["<b>a</b> <b>b</b>", "hang c"]);
    assert.match(late.errors[0].message, /^not reached/);
    domains.dispose();
  });

  const limits = { batchS: 0.9, itemS: 0.6 };

  test("is that of all domains together", async () => {
    const { domains, load, render } = runtime({ limits });
    await load({ a: "", hang: "x", hangs: "y", b: "z" });
    assert.deepEqual(await render(["a", "hang", "hangs", "b"]), ["<b>a</b>", "timeout", "timeout", "timeout"]);
    assert.equal(domains.report().domains.z.generation, 0, "it was not reached");
    domains.dispose();
  });

  test("lets documents end whose macros elsewhere were reached", async () => {
    const { domains, load, documents } = runtime({ limits });
    await load({ a: "", hang: "x", hangs: "y" });
    const [good, late] = await documents(["a", "hang hangs"]);
    const codes = late.errors.map(({ code }) => code);
    assert.deepEqual([good.output, late.output, codes], ["<b>a</b>", " ", ["timeout", "timeout"]]);
    domains.dispose();
  });
});

test("domains beyond the most that are open at a time give way, and come back with what is known of their scripts", async () => {
  const { domains, logs, load, render } = runtime();
  const names = Array.from({ length: 10 }, (_, number) => `m${number}`);
  await load(Object.fromEntries(names.map((name) => [name, `domain of ${name}`])));
  for (const name of [...names, "m0"]) assert.deepEqual(await render([name]), [`<b>${name}</b>`]);
  const others = logs.slice(1);
  assert.deepEqual(
    others.map(({ sandbox }) => sandbox.isClosed),
    [false, true, true, ...new Array(7).fill(false)],
  );
  assert.equal(others[0].opened, 2);
  domains.dispose();
  assert.ok(logs.every(({ sandbox }) => sandbox.isClosed));
});
