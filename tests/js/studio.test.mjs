/** Logic of the studio's page that needs no browser. */
import assert from "node:assert/strict";
import test from "node:test";
import { editDocument, saveDocument } from "../../pybridge/studio/page/src/actions/documents.js";
import { keepAddress } from "../../pybridge/studio/page/src/address.js";
import { exampleToken } from "../../pybridge/studio/page/src/actions/preview.js";
import { wordsOf } from "../../pybridge/studio/page/src/actions/run.js";
import { createBridgeRpc } from "../../pybridge/studio/page/src/bridge.js";
import { createDrafts } from "../../pybridge/studio/page/src/drafts.js";
import { placeOf } from "../../pybridge/studio/page/src/media.js";
import { failuresOf, initialState, isDirty, shownScripts } from "../../pybridge/studio/page/src/state.js";
import { createStore } from "../../pybridge/studio/page/src/store.js";
import { createStudio } from "../../pybridge/studio/page/src/studio.js";

/** @param {Record<string, unknown>} fields */
const script = (fields) => ({ title: "", aliases: [], kind: "macro", path: "", ...fields });

for (const [text, words] of [
  ["", []],
  ["one  two", ["one", "two"]],
  ['a "b c" d', ["a", "b c", "d"]],
  ['""', [""]],
]) {
  test(`arguments as on a command line: ${text || "none"}`, () => assert.deepEqual(wordsOf(text), words));
}

for (const [name, info, token] of [
  ["no params", { slug: "stats", params: null, body: false }, "[[stats]]"],
  [
    "required ones",
    {
      slug: "map",
      body: false,
      params: {
        required: ["place", "zoom", "kind"],
        properties: { place: { type: "string" }, zoom: { type: "integer", minimum: 3 }, kind: { enum: ["road"] } },
      },
    },
    '[[map place="text" zoom=3 kind="road"]]',
  ],
  ["a body", { slug: "note", params: null, body: true }, "[[note]]\nIts body.\n[[/note]]"],
]) {
  test(`a macro's example has ${name}`, () => assert.equal(exampleToken(/** @type {any} */ (info)), token));
}

test("every word of the filter must match slug, title, aliases or kind", () => {
  const scripts = [
    script({ slug: "map", title: "Photo map" }),
    script({ slug: "tidy", kind: "transform" }),
    script({ slug: "atlas", aliases: ["map2"] }),
  ];
  const shown = (/** @type {string} */ filter) =>
    shownScripts({ ...initialState(), scripts: /** @type {any} */ (scripts), filter }).map(({ kind, scripts }) => [
      kind,
      scripts.map(({ slug }) => slug),
    ]);
  assert.deepEqual(shown(""), [
    ["macro", ["map", "atlas"]],
    ["transform", ["tidy"]],
  ]);
  assert.deepEqual(shown("MAP"), [["macro", ["map", "atlas"]]]);
  assert.deepEqual(shown("photo map"), [["macro", ["map"]]]);
  assert.deepEqual(shown("nothing"), []);
});

test("a text without a file is unsaved", () => {
  const buffer = (/** @type {any} */ base) => /** @type {any} */ ({ text: "x", base });
  assert.equal(isDirty(buffer(null)), true);
  assert.equal(isDirty(buffer({ content: "x" })), false);
  assert.equal(isDirty(buffer({ content: "y" })), true);
});

test("drafts belong to one project, and a full storage is reported", () => {
  const storage = fakeStorage(200);
  const drafts = createDrafts("/a", undefined, storage);
  assert.equal(drafts.keep("scripts/x.py", { text: "1", sha256: null }), true);
  assert.deepEqual(drafts.get("scripts/x.py"), { text: "1", sha256: null });
  assert.equal(createDrafts("/b", undefined, storage).get("scripts/x.py"), null);
  assert.deepEqual(drafts.paths(), ["scripts/x.py"]);
  assert.equal(drafts.keep("scripts/x.py", { text: "2".repeat(500), sha256: null }), false);
  drafts.forget("scripts/x.py");
  assert.deepEqual(drafts.paths(), []);
});

test("each tab has drafts of its own, and those of a tab that is gone are taken over", () => {
  const storage = fakeStorage(200);
  const tab = (/** @type {string} */ name, /** @type {string[]} */ ...others) => ({ name, others: new Set(others) });
  const first = createDrafts("/a", tab("1"), storage);
  first.keep("x.py", { text: "first", sha256: "s" });
  const second = createDrafts("/a", tab("2", "1"), storage);
  assert.equal(second.get("x.py"), null);
  second.keep("x.py", { text: "second", sha256: "s" });
  second.keep("y.py", { text: "y", sha256: null });
  first.forget("x.py");
  assert.deepEqual(second.get("x.py"), { text: "second", sha256: "s" });

  const reloaded = createDrafts("/a", tab("2", "1"), storage);
  assert.deepEqual(reloaded.paths(), ["x.py", "y.py"]);
  first.keep("x.py", { text: "first again", sha256: "s" });
  const third = createDrafts("/a", tab("3", "1"), storage);
  assert.deepEqual(third.get("x.py"), { text: "second", sha256: "s" });
  assert.deepEqual(third.paths(), ["x.py", "y.py"]);
  assert.deepEqual(first.paths(), ["x.py"]);
});

test("of two tabs that are gone with a draft of one text, both drafts are kept", () => {
  const storage = fakeStorage(200);
  const tab = (/** @type {string} */ name) => ({ name, others: new Set(/** @type {string[]} */ ([])) });
  storage.setItem("draft:/a:x.py", JSON.stringify({ text: "of an earlier version", sha256: null }));
  storage.setItem("draft@1:/a:x.py", JSON.stringify({ text: "one", sha256: null }));
  storage.setItem("draft@1:/b:x.py", JSON.stringify({ text: "of another project", sha256: null }));
  const drafts = createDrafts("/a", tab("2"), storage);
  const found = drafts.get("x.py")?.text;
  drafts.forget("x.py");
  const next = createDrafts("/a", tab("2"), storage).get("x.py")?.text;
  assert.deepEqual([found, next].sort(), ["of an earlier version", "one"]);
  assert.equal(createDrafts("/b", tab("3"), storage).get("x.py")?.text, "of another project");
});

/** @param {number} room characters of one value */
function fakeStorage(room) {
  /** @type {any} */
  const storage = {};
  const hidden = (/** @type {string} */ name, /** @type {any} */ value) =>
    Object.defineProperty(storage, name, { value, enumerable: false });
  hidden("getItem", (/** @type {string} */ key) => storage[key] ?? null);
  hidden("setItem", (/** @type {string} */ key, /** @type {string} */ value) => {
    if (value.length > room) throw new DOMException("full", "QuotaExceededError");
    storage[key] = value;
  });
  hidden("removeItem", (/** @type {string} */ key) => delete storage[key]);
  return storage;
}

test("through an application's bridge, a call returns its result or throws the service's error", async () => {
  const answers = {
    "scripts.list": { result: { scripts: [] } },
    "scripts.read": { error: { code: "not-found", message: "none" } },
  };
  const rpc = createBridgeRpc({
    call: async (method) => answers[method] ?? Promise.reject(new Error("no handler")),
    onEvent: () => () => {},
  });
  assert.deepEqual(await rpc.call("scripts.list"), { scripts: [] });
  await assert.rejects(rpc.call("scripts.read", { name: "x" }), {
    message: "none",
    value: { code: "not-found", message: "none" },
  });
  await assert.rejects(
    rpc.call("other"),
    ({ value }) => value.code === "unavailable" && /no handler/.test(value.message),
  );
});

test("through an application's bridge, events arrive until the page unsubscribes", async () => {
  const listeners = new Set();
  const rpc = createBridgeRpc({
    call: async () => ({}),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const heard = [];
  const ending = new AbortController();
  await rpc.listen(
    ({ method }) => heard.push(method),
    (isOnline) => heard.push(isOnline),
    ending.signal,
  );
  for (const listener of listeners) listener({ method: "scripts.changed", params: {} });
  ending.abort();
  assert.deepEqual([heard, listeners.size], [[true, "scripts.changed"], 0]);
});

for (const [address, document, place] of [
  ["a.png", "posts/2024/x.md", { path: "posts/2024/a.png" }],
  ["../a%20b.png", "posts/2024/x.md", { path: "posts/a b.png" }],
  ["../../../../a.png", "posts/x.md", { path: "a.png" }],
  ["/media/ä.png", "posts/x.md", { path: "media/ä.png" }],
  ["a.png", "pösts/50% off/x.md", { path: "pösts/50% off/a.png" }],
  ["a.png?size=2#x", null, { path: "a.png" }],
  ["..%2f..%2fa.png", "posts/x.md", { path: "posts/../../a.png" }],
  ["%zz.png", "posts/x.md", { path: "%zz.png" }],
  ["https://pictures.example/a.png", "x.md", { host: "pictures.example" }],
  ["//pictures.example/a.png", "x.md", { host: "pictures.example" }],
  ["file:///etc/passwd", "x.md", { host: "file:" }],
  ["data:image/png;base64,AA==", "x.md", null],
]) {
  test(`the picture ${address} of ${document}`, () => {
    assert.deepEqual(placeOf(/** @type {string} */ (address), /** @type {string | null} */ (document)), place);
  });
}

test("text typed while a document is saved and closed stays unsaved", async () => {
  const kept = /** @type {Record<string, string>} */ ({});
  const storage = /** @type {any} */ (
    Object.defineProperties(kept, {
      getItem: { value: (/** @type {string} */ key) => kept[key] ?? null },
      setItem: {
        value: (/** @type {string} */ key, /** @type {string} */ value) => {
          kept[key] = value;
        },
      },
      removeItem: {
        value: (/** @type {string} */ key) => {
          delete kept[key];
        },
      },
    })
  );
  const store = createStore(initialState());
  const base = { content: "a", sha256: "sha of a" };
  /** @type {(value: any) => void} */
  let answer = () => {};
  const written = new Promise((resolve) => {
    answer = resolve;
  });
  const drafts = createDrafts("blog", undefined, storage);
  const api = { writeDocument: () => written };
  const studio = createStudio(/** @type {any} */ ({ store, drafts, api }));
  store.set({ preview: { ...store.get().preview, path: "x.md", base, text: "a" } });

  editDocument(studio, "ab");
  const saving = saveDocument(studio);
  editDocument(studio, "abc");
  store.set({ preview: { ...store.get().preview, path: "y.md" } });
  answer({ sha256: "sha of ab" });
  await saving;
  assert.deepEqual(drafts.get("document:x.md"), { text: "abc", sha256: "sha of ab" });
  assert.deepEqual(store.get().drafts, ["document:x.md"]);
});

test("the address names what was opened before it was kept, and what is opened later", () => {
  /** @type {string[]} */
  const written = [];
  const page = /** @type {any} */ (globalThis);
  const before = { location: page.location, history: page.history };
  page.location = { hash: "", pathname: "/", search: "" };
  page.history = {
    replaceState: (/** @type {unknown} */ _, /** @type {unknown} */ __, /** @type {string} */ url) => written.push(url),
  };
  try {
    const store = createStore({ ...initialState(), selected: "scripts/a.py" });
    keepAddress(store);
    store.set({ panel: "run" });
    store.set({ isOnline: false });
    assert.deepEqual(written, ["/#script=scripts%2Fa.py", "/#script=scripts%2Fa.py&panel=run"]);
  } finally {
    Object.assign(page, before);
  }
});

test("what failed in a run is marked until the script is edited, and only in that script", () => {
  const path = "scripts/a.py";
  const at = (/** @type {string} */ script) => ({ code: "exception", message: "x", script: { path: script, line: 2 } });
  const state = (/** @type {string} */ text) =>
    /** @type {any} */ ({
      ...initialState(),
      buffers: { [path]: { text }, "scripts/b.py": { text: "b" } },
      runs: { [path]: { text: "a", outcome: { status: "error", error: at(path) } } },
      preview: { rendered: { errors: [at("scripts/b.py"), { code: "exception", message: "elsewhere" }] } },
    });
  assert.deepEqual(failuresOf(state("a"), path), [at(path)]);
  assert.deepEqual(failuresOf(state("a, edited"), path), []);
  assert.deepEqual(failuresOf(state("a"), "scripts/b.py"), [at("scripts/b.py")]);
});
