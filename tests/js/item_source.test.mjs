/** Small items go into one message, however slowly they are read; large ones are read in slices. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ItemSource } from "../../web_worker/host/batches/item_source.js";
import { TIME_SLICE_MS } from "../../web_worker/host/batches/time_slices.js";

/** Reads items of *length* characters, each for longer than a slice. */
function slowSource(count, length) {
  return new ItemSource(new Array(count).fill("x".repeat(length)), (text) => {
    const end = performance.now() + TIME_SLICE_MS + 1;
    while (performance.now() < end);
    return text;
  });
}

test("small items that are read slowly are ready together", async () => {
  const source = slowSource(5, 10);
  assert.equal(await source.has(0), true);
  assert.equal(source.texts.length, 5);
});

test("large items that are read slowly are ready one by one", async () => {
  const source = slowSource(5, 5000);
  assert.equal(await source.has(0), true);
  assert.equal(source.texts.length, 1);
});

test("items that are refused slowly do not hold the page", async () => {
  let read = 0;
  const source = new ItemSource(new Array(200).fill("x"), () => {
    read += 1;
    const end = performance.now() + 1;
    while (performance.now() < end);
    return null;
  });
  const found = source.has(0);
  assert.ok(read < 100, `${read} items in one slice`);
  assert.equal(await found, false);
});
