/** Rule 17 of Electron's security checklist: whose messages the example answers, and which methods each page may call. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { answerPage } from "../../examples/electron/main/bridge.js";
import { METHODS_OF } from "../../examples/electron/main/pages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (...names) => readFileSync(path.join(root, ...names), "utf8");

const ORIGIN = "app://notebook";
const HOME = { url: `${ORIGIN}/`, origin: ORIGIN, parent: null };
const STUDIO = { ...HOME, url: `${ORIGIN}/pybridge/studio/` };
const application = {
  pageIn: ({ id }) => [null, "/", "/pybridge/studio/"][id] ?? null,
  call: async (method) => ({ method }),
};
const ask = (id, senderFrame, method, params = {}) =>
  answerPage({ sender: { id }, senderFrame }, method, params, application);

test("17: only the top frame of a window, on the page it was opened for, is answered", async () => {
  assert.deepEqual(await ask(1, HOME, "scripts.sources"), { result: { method: "scripts.sources" } });
  assert.deepEqual(await ask(2, STUDIO, "scripts.write"), { result: { method: "scripts.write" } });
  assert.deepEqual(await ask(2, { ...STUDIO, url: `${STUDIO.url}#script=a` }, "scripts.list"), {
    result: { method: "scripts.list" },
  });
  const foreign = [
    [1, { ...HOME, url: `${ORIGIN}/pybridge/studio/preview.html`, parent: {} }],
    [1, { ...HOME, url: "https://example.org/", origin: "https://example.org" }],
    [1, { ...HOME, url: `${ORIGIN}/pybridge/frame.htm`, parent: {} }],
    [1, { ...HOME, parent: {} }],
    [1, { ...HOME, origin: "null" }],
    [1, { ...HOME, url: `${ORIGIN}.evil/` }],
    [1, { ...HOME, url: `${ORIGIN}/media/a.svg` }],
    [1, { ...HOME, url: "" }],
    [1, null],
    [1, STUDIO],
    [2, HOME],
    [0, HOME],
    [7, HOME],
  ];
  for (const [id, frame] of foreign) assert.equal((await ask(id, frame, "scripts.sources")).error.code, "isolation");
});

test("17: a window calls the methods of its own list, with params by name, and no others", async () => {
  for (const [method, params] of [
    ["scripts.write", {}],
    ["scripts.delete", {}],
    ["constructor", {}],
    ["has", {}],
    [7, {}],
    [undefined, {}],
    ["scripts.sources", []],
    ["scripts.sources", null],
    ["scripts.sources", "all"],
  ])
    assert.equal((await ask(1, HOME, method, params)).error.code, "usage", String(method));
  assert.equal((await ask(2, STUDIO, "index.rebuild")).error.code, "usage");
});

test("17: each list holds exactly the methods that its page calls, and the service has all of them", () => {
  const used = (text, call) =>
    [...new Set([...text.matchAll(call)].flatMap(([all]) => all.match(/"[a-z]+\.[a-zA-Z]+"/g) ?? []))]
      .map((name) => name.slice(1, -1))
      .sort();
  const notebook = used(read("examples", "electron", "app", "renderer.js"), /\bask\([^)]*/g);
  const studio = used(read("pybridge", "studio", "page", "src", "api.js"), /rpc\.call\([^,)]*/g);
  assert.deepEqual([...METHODS_OF.get("/")].sort(), notebook);
  assert.deepEqual([...METHODS_OF.get("/pybridge/studio/")].sort(), studio);
  const known = read("web_worker", "service", "generated", "methods.js");
  for (const method of [...notebook, ...studio]) assert.ok(known.includes(`"${method}"`), method);
});

test("17: an error of the service keeps its code; one without a code is unavailable", async () => {
  const failing = (error) =>
    answerPage(
      { sender: { id: 1 }, senderFrame: HOME },
      "scripts.sources",
      {},
      {
        ...application,
        call: () => Promise.reject(error),
      },
    );
  const conflict = Object.assign(new Error("stale"), { value: { code: "conflict", message: "stale" } });
  assert.equal((await failing(conflict)).error.code, "conflict");
  assert.equal((await failing(new Error("gone"))).error.code, "unavailable");
});
