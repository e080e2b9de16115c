/** The limit of memory that is written into a module. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGE_BYTES, Unlimitable, withMemoryLimit } from "../../web_worker/processes/host/memory_limit.js";

/** A module with a memory that it exports, and a custom section behind it. */
function moduleWith(limits) {
  const custom = [0, 5, 4, ...new TextEncoder().encode("name")];
  const memory = [5, limits.length + 1, 1, ...limits];
  const exported = [7, 10, 1, 6, ...new TextEncoder().encode("memory"), 2, 0];
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...memory, ...exported, ...custom);
}

const limited = async (bytes, pages) =>
  new Uint8Array(await (await withMemoryLimit(new Blob([bytes]), pages * PAGE_BYTES)).arrayBuffer());

async function memoryOf(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes);
  return instance.exports.memory;
}

test("a memory grows to the limit and not beyond", async () => {
  for (const [own, pages, most] of [
    [[0, 1], 3, 3],
    [[0, 1], 200, 200],
    [[0, 1], 30_000, 30_000],
    [[1, 1, 2], 5, 2],
    [[1, 1, 0xac, 2], 5, 5],
    [[0, 0], 1, 1],
    [[0, 3], 3, 3],
  ]) {
    const memory = await memoryOf(await limited(moduleWith(own), pages));
    const size = memory.buffer.byteLength / PAGE_BYTES;
    if (most > size && most < 1000) memory.grow(most - size);
    if (most < 1000) assert.equal(memory.buffer.byteLength / PAGE_BYTES, most);
    assert.throws(() => memory.grow(30_001), RangeError);
    if (most < 1000) assert.throws(() => memory.grow(1), RangeError);
  }
});

test("a memory that is larger from the start is refused", async () => {
  await assert.rejects(limited(moduleWith([0, 4]), 3), /memory minimum size of 4 pages exceeds memory limits/);
});

test("memories of other kinds, and several, are refused", async () => {
  for (const flags of [2, 3, 4, 5, 8]) await assert.rejects(limited(moduleWith([flags, 1, 2]), 3), Unlimitable);
  const two = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 1, 0, 1);
  await assert.rejects(limited(two, 3), Unlimitable);
});

test("what is not a module, or is cut anywhere, is refused or left to the browser", async () => {
  await assert.rejects(limited(new TextEncoder().encode("not a module"), 3), Unlimitable);
  const whole = moduleWith([0, 1]);
  for (let size = 0; size < whole.length; size += 1) {
    const cut = whole.subarray(0, size);
    try {
      const bytes = await limited(cut, 3);
      if (WebAssembly.validate(bytes)) assert.ok(WebAssembly.validate(cut));
    } catch (error) {
      assert.ok(error instanceof Unlimitable, String(error));
    }
  }
});

test("a module without a memory stays as it is", async () => {
  const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  assert.deepEqual(await limited(bytes, 3), bytes);
});
