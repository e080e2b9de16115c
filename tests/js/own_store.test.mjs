/** Whether a store of caches is the worker's own: the page's answer decides, not the worker's. */
import assert from "node:assert/strict";
import { afterEach, suite, test } from "node:test";
import { newMark, withOwnStore } from "../../web_worker/host/sandbox/own_store.js";

const MARK = "0123456789abcdef";
const OTHER = { probe: "network", held: true };
const OPENED = { probe: "caches", held: false, detail: "opened" };

/** Give the page a store with some caches. */
function pageWith(...names) {
  const left = new Set(names);
  globalThis.caches = /** @type {any} */ ({ delete: async (name) => left.delete(name) });
  return left;
}

afterEach(() => {
  delete (/** @type {any} */ (globalThis).caches);
});

suite("a cache that a worker could open", () => {
  test("holds where the page does not have it", async () => {
    const left = pageWith("the application's");
    const judged = { probe: "caches", held: true, detail: "a store of its own" };
    assert.deepEqual(await withOwnStore([OTHER, OPENED], MARK), [OTHER, judged]);
    assert.deepEqual([...left], ["the application's"]);
  });

  test("does not hold where the page has it, and is taken away", async () => {
    const left = pageWith("the application's", `pybridge.${MARK}`);
    const judged = { probe: "caches", held: false, detail: "the page's store" };
    assert.deepEqual(await withOwnStore([OPENED, OTHER], MARK), [judged, OTHER]);
    assert.deepEqual([...left], ["the application's"]);
  });

  test("holds in a page that has no store", async () => {
    const [judged] = await withOwnStore([OPENED], MARK);
    assert.equal(judged.held, true);
  });
});

test("what was refused, or failed in another way, is left as the worker says", async () => {
  pageWith(`pybridge.${MARK}`);
  for (const probe of [{ probe: "caches", held: true }, { probe: "caches", held: false }, OTHER]) {
    assert.deepEqual(await withOwnStore([probe], MARK), [probe]);
  }
});

test("marks are 16 hexadecimal digits, and never the same", () => {
  const marks = Array.from({ length: 100 }, newMark);
  assert.ok(marks.every((mark) => /^[0-9a-f]{16}$/.test(mark)));
  assert.equal(new Set(marks).size, marks.length);
});
