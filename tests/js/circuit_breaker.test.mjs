/** When the next worker may be started. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CircuitBreaker, MOST_LOSSES_IN_A_ROW } from "../../web_worker/host/workers/circuit_breaker.js";

function withClock() {
  const clock = { now: 0 };
  return { clock, breaker: new CircuitBreaker(() => clock.now) };
}

test("three failed starts in a row open it, for longer each time", () => {
  const { clock, breaker } = withClock();
  const waits = [];
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    breaker.startFailed("no memory");
    const from = clock.now;
    while (breaker.refusal !== null) clock.now += 1000;
    waits.push((clock.now - from) / 1000);
  }
  assert.deepEqual(waits, [0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
});

test("it says why, and when it tries again", () => {
  const { breaker } = withClock();
  for (let attempt = 0; attempt < 3; attempt += 1) breaker.startFailed("no memory");
  assert.equal(breaker.refusal, "no memory (3 starts in a row failed, the next is tried in 1 s)");
  assert.deepEqual(breaker.report(), { isOpen: true, failedStarts: 3, lossesInARow: 0, reason: "no memory" });
});

test("a start that succeeds closes it", () => {
  const { breaker } = withClock();
  for (let attempt = 0; attempt < 3; attempt += 1) breaker.startFailed("no memory");
  breaker.started();
  assert.equal(breaker.refusal, null);
  assert.equal(breaker.waitMs, 0);
  assert.deepEqual(breaker.report(), { isOpen: false, failedStarts: 0, lossesInARow: 0, reason: null });
});

test("losses without a reply between them make the next start wait, bounded", () => {
  const { breaker } = withClock();
  const waits = [];
  for (let lost = 0; lost < MOST_LOSSES_IN_A_ROW + 7; lost += 1) {
    waits.push(breaker.waitMs);
    breaker.lost("crash");
  }
  assert.deepEqual(waits.slice(0, MOST_LOSSES_IN_A_ROW), Array(MOST_LOSSES_IN_A_ROW).fill(0));
  assert.deepEqual(waits.slice(MOST_LOSSES_IN_A_ROW), [50, 100, 200, 400, 800, 1000, 1000]);
  breaker.worked();
  assert.equal(breaker.waitMs, 0);
});
