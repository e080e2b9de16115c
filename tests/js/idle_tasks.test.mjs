/** When spares are started, on a clock of its own. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { IdleTasks } from "../../web_worker/host/workers/idle_tasks.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** @returns {{idle: IdleTasks, count: () => number}} */
function started() {
  let starts = 0;
  const idle = new IdleTasks(
    () => {
      starts += 1;
    },
    () => {},
  );
  idle.begin(); // the scripts are loaded: part of the start
  idle.end();
  idle.started();
  return { idle, count: () => starts };
}

test("spares wait for the first call to be answered", () => {
  const { idle, count } = started();
  mock.timers.tick(400);
  idle.begin();
  mock.timers.tick(400);
  assert.equal(count(), 0);
  idle.release();
  idle.end();
  mock.timers.tick(49);
  assert.equal(count(), 0);
  mock.timers.tick(1);
  assert.equal(count(), 1);
});

test("without a first call they are started all the same", () => {
  const { count } = started();
  mock.timers.tick(999);
  assert.equal(count(), 0);
  mock.timers.tick(1);
  assert.equal(count(), 1);
});

test("a first call that is stuck does not keep them away", () => {
  const { idle, count } = started();
  mock.timers.tick(900);
  idle.begin();
  mock.timers.tick(100);
  assert.equal(count(), 1);
});

test("a host that never pauses gets them in the middle of its calls", () => {
  const { idle, count } = started();
  idle.begin();
  idle.release();
  idle.end();
  mock.timers.tick(50);
  idle.begin();
  mock.timers.tick(299);
  assert.equal(count(), 1);
  mock.timers.tick(1);
  assert.equal(count(), 2);
});

test("after the end nothing is started", () => {
  const { idle, count } = started();
  idle.stop();
  mock.timers.tick(5000);
  assert.equal(count(), 0);
});
