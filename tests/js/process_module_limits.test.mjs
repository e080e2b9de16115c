/** The limits that are written into a module. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGE_BYTES, TABLE_ELEMENTS, Unlimitable, withLimits } from "../../web_worker/processes/host/module_limits.js";

/** A module with a memory that it exports, and a custom section behind it. */
function moduleWith(limits) {
  const custom = [0, 5, 4, ...new TextEncoder().encode("name")];
  const memory = [5, limits.length + 1, 1, ...limits];
  const exported = [7, 10, 1, 6, ...new TextEncoder().encode("memory"), 2, 0];
  return Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...memory, ...exported, ...custom);
}

const limited = async (bytes, pages) =>
  new Uint8Array(await (await withLimits(new Blob([bytes]), pages * PAGE_BYTES)).arrayBuffer());

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

const number = (value) => (value < 128 ? [value] : [(value % 128) | 128, ...number(Math.floor(value / 128))]);

/** A module that exports its tables, each `[type, least, most]`. */
function moduleWithTables(...tables) {
  const kinds = tables.flatMap(([type, least, most]) => [
    type,
    ...(most === undefined ? [0, ...number(least)] : [1, ...number(least), ...number(most)]),
  ]);
  const names = tables.flatMap((_, at) => [1, 97 + at, 1, at]);
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 4, ...number(kinds.length + 1), tables.length, ...kinds, 5, 3, 1, 0, 1],
    ...[7, ...number(names.length + 1), tables.length, ...names],
  );
}

const [FUNCTIONS, OTHERS] = [0x70, 0x6f];

test("each table grows to the limit and not beyond, nor beyond its own", async () => {
  for (const [most, expected] of [
    [undefined, TABLE_ELEMENTS],
    [TABLE_ELEMENTS + 1, TABLE_ELEMENTS],
    [TABLE_ELEMENTS, TABLE_ELEMENTS],
    [300, 300],
  ]) {
    const given = moduleWithTables([FUNCTIONS, 7, most], [OTHERS, 0, most], [FUNCTIONS, 200, 2 ** 31]);
    const { instance } = await WebAssembly.instantiate(await limited(given, 30));
    const { a, b, c } = instance.exports;
    for (const [table, end] of [
      [a, expected],
      [b, expected],
      [c, TABLE_ELEMENTS],
    ]) {
      table.grow(end - table.length);
      assert.throws(() => table.grow(1), RangeError);
    }
  }
});

test("a table that is larger from the start is refused, in the words of wasmtime", async () => {
  await assert.doesNotReject(limited(moduleWithTables([FUNCTIONS, TABLE_ELEMENTS]), 3));
  for (const most of [undefined, 200_000]) {
    const given = moduleWithTables([OTHERS, 1], [FUNCTIONS, TABLE_ELEMENTS + 1, most]);
    await assert.rejects(limited(given, 3), /^Error: table minimum size of 100001 elements exceeds table limits$/);
  }
});

test("tables of other kinds are refused", async () => {
  for (const type of [0x40, 0x63, 0x64, 0]) {
    await assert.rejects(limited(moduleWithTables([type, 1]), 3), /its table is of an unknown kind/);
  }
  const wide = moduleWithTables([FUNCTIONS, 1]);
  wide[12] = 4;
  await assert.rejects(limited(wide, 3), /its table is of an unknown kind/);
});
