/** Output of a process: sent at once, together only in a flood, cut at its limit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OutputStream } from "../../web_worker/processes/worker/output_stream.js";

function streamTo(most) {
  const told = [];
  return { told, stream: new OutputStream(1, most, (message) => told.push(message)) };
}

const text = (told) => told.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");

test("each piece is sent as it is written", () => {
  const { told, stream } = streamTo(100_000);
  for (let count = 1; count <= 3000; count += 1) {
    stream.write(Uint8Array.of(97));
    assert.equal(told.length, count);
  }
});

test("a flood of small pieces is sent in few messages, in order and whole", () => {
  const { told, stream } = streamTo(10_000_000);
  let whole = "";
  for (let count = 0; count < 200_000; count += 1) {
    const piece = String(count % 10);
    whole += piece;
    stream.write(new TextEncoder().encode(piece));
    stream.flushLate();
  }
  stream.flush();
  assert.ok(told.length < 12_000, `${told.length} messages`);
  assert.equal(text(told), whole);
});

test("what waits is sent after some milliseconds, and large pieces at once", async () => {
  const { told, stream } = streamTo(10_000_000);
  for (let count = 0; count < 50_000; count += 1) stream.write(Uint8Array.of(97));
  await new Promise((resolve) => setTimeout(resolve, 30));
  stream.flushLate();
  assert.equal(text(told).length, 50_000);
  const before = told.length;
  stream.write(new Uint8Array(5000));
  assert.equal(told.length, before + 1);
});

test("output is cut at its limit, once", () => {
  const { told, stream } = streamTo(5);
  for (const piece of ["abc", "def", "ghi"]) stream.write(new TextEncoder().encode(piece));
  stream.flush();
  assert.equal(text(told), "abcde");
  assert.deepEqual(
    told.map(({ isCut }) => isCut),
    [false, true],
  );
});
