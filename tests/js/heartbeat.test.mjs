/** A process that ends without a word is noticed; one that answers late is not taken for dead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../../web_worker/host/sandbox/heartbeat.js";

const TIMES = { paceMs: 4, hurryMs: 2 };

/** @param {(question: number) => boolean} answers whether the question of that number is answered */
function listen(answers) {
  let questions = 0;
  let lost = 0;
  /** @type {() => void} */
  let onLost = () => {};
  const untilLost = new Promise((resolve) => {
    onLost = () => {
      lost += 1;
      resolve(undefined);
    };
  });
  const ask = () => {
    questions += 1;
    if (answers(questions)) setImmediate(() => heartbeat.heard());
  };
  const heartbeat = new Heartbeat({ ask, onLost }, TIMES);
  return { heartbeat, untilLost, seen: () => ({ questions, lost }) };
}

test("silence is noticed once, after a few questions", async () => {
  const { heartbeat, untilLost, seen } = listen(() => false);
  await untilLost;
  assert.deepEqual(seen(), { questions: 4, lost: 1 });
  assert.equal(await heartbeat.isAlive(), false);
});

test("one answer in three is enough", async () => {
  const { heartbeat, seen } = listen((question) => question % 3 === 0);
  while (seen().questions < 20) await new Promise(setImmediate);
  assert.equal(seen().lost, 0);
  heartbeat.stop();
});

test("who asks in between hears at once", async () => {
  const { heartbeat } = listen(() => true);
  assert.deepEqual(await Promise.all([heartbeat.isAlive(), heartbeat.isAlive()]), [true, true]);
  heartbeat.stop();
});

test("who asks a dead one hears that it is dead", async () => {
  const { heartbeat, seen } = listen(() => false);
  assert.deepEqual(await Promise.all(Array.from({ length: 9 }, () => heartbeat.isAlive())), Array(9).fill(false));
  assert.equal(seen().lost, 1);
});

test("after its end nothing is asked", async () => {
  const { heartbeat, seen } = listen(() => true);
  heartbeat.stop();
  assert.equal(await heartbeat.isAlive(), false);
  assert.deepEqual(seen(), { questions: 0, lost: 0 });
});
