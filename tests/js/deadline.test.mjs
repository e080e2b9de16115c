/** A deadline that is moved all the time is reached once, and never too early. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadline } from "../../web_worker/host/workers/deadline.js";
import { unguessableId } from "../../web_worker/host/wire/ids.js";

/**
 * @param {(deadline: Deadline) => void} move
 * @returns {Promise<number>} milliseconds until it was reached
 */
function reached(move) {
  const started = performance.now();
  return new Promise((resolve) => {
    move(new Deadline(() => resolve(performance.now() - started)));
  });
}

/** Timers may fire a millisecond early by the other clock. */
const ABOUT = 2;

test("a deadline that was moved away is reached at its new time", async () => {
  const ms = await reached((deadline) => {
    deadline.set(5);
    deadline.set(60);
  });
  assert.ok(ms > 60 - ABOUT, `${ms}`);
});

test("a deadline that was moved nearer is reached sooner", async () => {
  const ms = await reached((deadline) => {
    deadline.set(60_000);
    deadline.set(5);
  });
  assert.ok(ms < 30_000, `${ms}`);
});

test("a deadline that was cleared is not reached, and can be set again", async () => {
  const ms = await reached((deadline) => {
    deadline.set(1);
    deadline.clear();
    setTimeout(() => deadline.set(20), 10);
  });
  assert.ok(ms > 30 - ABOUT, `${ms}`);
});

test("a deadline is reached once", async () => {
  let times = 0;
  const deadline = new Deadline(() => {
    times += 1;
  });
  deadline.set(1);
  await reached((other) => other.set(20));
  assert.equal(times, 1);
});

test("a deadline that was stopped leaves no timer behind", () => {
  const deadline = new Deadline(() => {});
  deadline.set(1_000_000);
  deadline.stop();
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((name) => name === "Timeout"),
    [],
  );
});

test("ids are whole, positive and never the same, across what is drawn at once", () => {
  const ids = Array.from({ length: 1000 }, unguessableId);
  assert.equal(new Set(ids).size, 1000);
  assert.ok(ids.every((id) => Number.isSafeInteger(id) && id > 0));
});
