/** Streams keep order and pace: nothing piles up, whoever stops is heard, and every wait ends. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stream } from "../../web_worker/host/streams.js";

/** Counts what was read from it, and whether it was let go. */
function countedSource(length) {
  const log = { read: 0, isReleased: false };
  function* items() {
    try {
      for (let number = 0; number < length; number += 1) {
        log.read += 1;
        yield number;
      }
    } finally {
      log.isReleased = true;
    }
  }
  return { log, items: items() };
}

const echo = async (items) => items.map((number) => ({ result: { html: String(number) } }));

/** RestartLog like the runtime does: what was not rendered when the signal came is `cancelled`. */
function renderHalfThenWait(items, signal) {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(
        items.map((number, at) => (at < 10 ? { result: { html: `${number}` } } : { error: { code: "cancelled" } })),
      );
    });
  });
}

async function collect(results) {
  const taken = [];
  for await (const result of results) taken.push(result);
  return taken;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

suite("order", () => {
  for (const length of [0, 1, 64, 65, 5000]) {
    test(`${length} items come back in theirs`, async () => {
      const results = await collect(stream(countedSource(length).items, echo));
      assert.deepEqual(
        results.map(({ result }) => Number(result.html)),
        Array.from({ length }, (_, number) => number),
      );
    });
  }

  test("a source may itself be waited for", async () => {
    async function* slowly() {
      for (const number of [1, 2, 3]) {
        await turn();
        yield number;
      }
    }
    assert.equal((await collect(stream(slowly(), echo))).length, 3);
  });
});

suite("pace", () => {
  test("who pauses holds the source", async () => {
    const { log, items } = countedSource(100_000);
    const results = stream(items, echo);
    await results.next();
    for (let times = 0; times < 50; times += 1) await turn();
    assert.ok(log.read <= 64 + 128, `${log.read} were read for one that was taken`);
    await results.return();
  });

  test("results come while the source has not ended", async () => {
    async function* endless() {
      for (let number = 0; number < 64; number += 1) yield number;
      await new Promise(() => {});
    }
    const results = stream(endless(), echo);
    assert.deepEqual((await results.next()).value, { result: { html: "0" } });
    await results.return();
  });

  test("two batches are under way at most", async () => {
    let underWay = 0;
    let most = 0;
    const render = async (items) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await turn();
      underWay -= 1;
      return echo(items);
    };
    await collect(stream(countedSource(5000).items, render));
    assert.equal(most, 2);
  });
});

suite("end", () => {
  test("who stops taking lets the source go and the batch under way be cancelled", async () => {
    const { log, items } = countedSource(1000);
    const signals = [];
    const render = (window, signal) => {
      signals.push(signal);
      return echo(window);
    };
    for await (const _ of stream(items, render)) break;
    await turn();
    assert.equal(log.isReleased, true);
    assert.equal(signals.at(-1).aborted, true);
  });

  test("a signal gives out what is finished, then throws", async () => {
    const controller = new AbortController();
    const results = stream(countedSource(20).items, renderHalfThenWait, controller.signal);
    setImmediate(() => controller.abort());
    const taken = [];
    await assert.rejects(
      async () => {
        for await (const result of results) taken.push(result.result.html);
      },
      { code: "cancelled" },
    );
    assert.equal(taken.length, 10);
  });

  test("a signal ends the wait for a source that says nothing", async () => {
    async function* silent() {
      await new Promise(() => {});
      yield 1;
    }
    const controller = new AbortController();
    const results = collect(stream(silent(), echo, controller.signal));
    controller.abort();
    await assert.rejects(results, { code: "cancelled" });
  });

  test("a signal that came before begins nothing", async () => {
    const { log, items } = countedSource(10);
    let batches = 0;
    const render = (window) => {
      batches += 1;
      return echo(window);
    };
    await assert.rejects(collect(stream(items, render, AbortSignal.abort())), { code: "cancelled" });
    assert.deepEqual({ batches, read: log.read }, { batches: 0, read: 0 });
  });

  test("a failing source is heard after what came before it", async () => {
    async function* failing() {
      for (let number = 0; number < 64; number += 1) yield number;
      throw new Error("disk gone");
    }
    const taken = [];
    await assert.rejects(async () => {
      for await (const result of stream(failing(), echo)) taken.push(result);
    }, /disk gone/);
    assert.equal(taken.length, 64);
  });

  test("a failing batch is heard", async () => {
    const render = async () => {
      throw new Error("no worker");
    };
    await assert.rejects(collect(stream([1, 2], render)), /no worker/);
  });
});
