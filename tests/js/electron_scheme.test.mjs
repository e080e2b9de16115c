/** The Electron example's main-process modules, in plain Node: which file an address means, under which headers. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { answerPage } from "../../examples/electron/main/bridge.js";
import { locations } from "../../examples/electron/main/locations.js";
import { segments } from "../../examples/electron/main/paths.js";
import { answer, locate } from "../../examples/electron/main/scheme.js";
import { keepInside, windowOptions } from "../../examples/electron/main/windows.js";

const ROOTS = { "": path.join("/", "app", "app"), pybridge: path.join("/", "app", "pybridge") };

test("an address means a file below its root", () => {
  const cases = {
    "app://notebook/": path.join(ROOTS[""], "index.html"),
    "app://notebook/style.css": path.join(ROOTS[""], "style.css"),
    "app://notebook/pybridge/client.js": path.join(ROOTS.pybridge, "client.js"),
    "app://notebook/pybridge/types/host/client.d.ts": path.join(ROOTS.pybridge, "types", "host", "client.d.ts"),
    "app://notebook/pybridge/studio/": path.join(ROOTS.pybridge, "studio", "index.html"),
    "app://notebook/pybridge/studio/studio.js": path.join(ROOTS.pybridge, "studio", "studio.js"),
    "app://notebook/a%20b.txt": path.join(ROOTS[""], "a b.txt"),
  };
  for (const [url, file] of Object.entries(cases)) assert.equal(locate(url, ROOTS), file);
});

test("paths out of a root, or with another meaning on Windows, are not found", () => {
  const refused = [
    "app://notebook/..%2f..%2fetc/passwd",
    "app://notebook/pybridge/%2e%2e%2fapp/index.html",
    "app://notebook/..%5c..%5cwindows%5cwin.ini",
    "app://notebook/C:/windows/win.ini",
    "app://notebook/index.html:stream",
    "app://notebook/CON",
    "app://notebook/aux.js",
    "app://notebook/COM1.txt",
    "app://notebook/LPT%C2%B9",
    "app://notebook/index.html.",
    "app://notebook/index.html%20",
    "app://notebook/a%00b",
    "app://notebook//etc/passwd",
    "app://notebook//",
    "app://notebook/pybridge/studio//",
    "app://notebook/pybridge/studio/..%2f..%2fapp/index.html",
    "app://notebook/pybridge/studio/%2e%2e%2f/",
    "app://notebook/pybridge/studio/CON/",
    "app://notebook/%E0%A4%A",
    "app://other/index.html",
    "https://notebook/index.html",
  ];
  for (const url of refused) assert.equal(locate(url, ROOTS), null, url);
  assert.deepEqual(segments("/console.js"), ["console.js"], "only whole device names are devices");
});

test("pages carry the policy and the isolation headers; the frame brings its own policy", async () => {
  const read = async () => new TextEncoder().encode("x");
  const page = await answer("app://notebook/index.html", ROOTS, read);
  assert.equal(page.status, 200);
  assert.match(page.headers["content-security-policy"], /script-src 'self';/);
  assert.doesNotMatch(page.headers["content-security-policy"], /unsafe-eval/);
  for (const name of ["app://notebook/index.html", "app://notebook/pybridge/frame.htm"]) {
    const { headers } = await answer(name, ROOTS, read);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin");
    assert.equal(headers["cross-origin-embedder-policy"], "require-corp");
  }
  const frame = await answer("app://notebook/pybridge/frame.htm", ROOTS, read);
  assert.equal(frame.headers["content-security-policy"], undefined);
  const worker = await answer("app://notebook/pybridge/worker.bin", ROOTS, read);
  assert.match(worker.headers["content-security-policy"], /connect-src 'none'/);
});

test("the page that shows a rendered document runs no script and asks nobody; the studio itself is a page like ours", async () => {
  const read = async () => new TextEncoder().encode("x");
  const preview = await answer("app://notebook/pybridge/studio/preview.html", ROOTS, read);
  const policy = preview.headers["content-security-policy"];
  assert.match(policy, /^default-src 'none';/);
  assert.match(policy, /sandbox allow-same-origin$/);
  assert.doesNotMatch(policy, /script-src|connect-src|unsafe/);
  assert.equal(preview.headers["cross-origin-embedder-policy"], "require-corp");
  const [studio, home] = await Promise.all(
    ["app://notebook/pybridge/studio/", "app://notebook/"].map((url) => answer(url, ROOTS, read)),
  );
  assert.deepEqual([studio.status, studio.headers], [200, home.headers]);
});

test("a file that is not there is a 404, whatever the reader says", async () => {
  const missing = await answer("app://notebook/none.js", ROOTS, async () => {
    throw new Error("ENOENT: /secret/path");
  });
  assert.equal(missing.status, 404);
  assert.equal(missing.body.length, 0);
});

const OURS = { senderFrame: { url: "app://notebook/index.html", parent: null } };
const SERVICE = {
  methods: new Set(["scripts.list"]),
  call: async (method) => ({ method }),
};

test("only the application's own top page may ask, and only for methods that exist", async () => {
  assert.deepEqual(await answerPage(OURS, "scripts.list", {}, SERVICE), { result: { method: "scripts.list" } });
  const studio = { senderFrame: { url: "app://notebook/pybridge/studio/", parent: null } };
  assert.deepEqual(await answerPage(studio, "scripts.list", {}, SERVICE), { result: { method: "scripts.list" } });
  const foreign = [
    { senderFrame: { url: "app://notebook/pybridge/studio/preview.html", parent: {} } },
    { senderFrame: { url: "https://example.org/", parent: null } },
    { senderFrame: { url: "app://notebook/pybridge/frame.htm", parent: {} } },
    { senderFrame: { url: "app://notebook.evil/", parent: null } },
    { senderFrame: null },
  ];
  for (const event of foreign)
    assert.equal((await answerPage(event, "scripts.list", {}, SERVICE)).error.code, "isolation");
  for (const [method, params] of [
    ["constructor", {}],
    [7, {}],
    ["scripts.list", []],
    ["scripts.list", null],
  ])
    assert.equal((await answerPage(OURS, method, params, SERVICE)).error.code, "usage");
});

test("an error of the service keeps its code; one without a code is unavailable", async () => {
  const failing = (error) => ({ ...SERVICE, call: () => Promise.reject(error) });
  const conflict = Object.assign(new Error("stale"), { value: { code: "conflict", message: "stale" } });
  assert.equal((await answerPage(OURS, "scripts.list", {}, failing(conflict))).error.code, "conflict");
  assert.equal((await answerPage(OURS, "scripts.list", {}, failing(new Error("gone")))).error.code, "unavailable");
});

test("windows are sandboxed and stay on the application's pages", () => {
  const { webPreferences } = windowOptions("/p.cjs");
  assert.deepEqual(
    [webPreferences.contextIsolation, webPreferences.sandbox, webPreferences.nodeIntegration],
    [true, true, false],
  );
  const listeners = {};
  const opened = { inside: [], outside: [] };
  let openHandler;
  let permission;
  const contents = {
    on: (name, listener) => {
      listeners[name] = listener;
    },
    setWindowOpenHandler: (handler) => {
      openHandler = handler;
    },
    session: {
      setPermissionRequestHandler: (handler) => {
        permission = handler;
      },
    },
  };
  keepInside(contents, (url) => url.startsWith("app://notebook/"), {
    inside: (url) => opened.inside.push(url),
    outside: (url) => opened.outside.push(url),
  });
  let prevented = 0;
  const event = { preventDefault: () => prevented++ };
  listeners["will-navigate"](event, "https://example.org/");
  listeners["will-navigate"](event, "app://notebook/other.html");
  assert.equal(prevented, 1);
  assert.deepEqual(openHandler({ url: "file:///etc/passwd" }), { action: "deny" });
  assert.deepEqual(openHandler({ url: "https://example.org/" }), { action: "deny" });
  assert.deepEqual(openHandler({ url: "app://notebook/pybridge/studio/" }), { action: "deny" });
  assert.deepEqual(openHandler({ url: "app://other/" }), { action: "deny" });
  assert.deepEqual(opened, { inside: ["app://notebook/pybridge/studio/"], outside: ["https://example.org/"] });
  permission(null, "camera", (granted) => assert.equal(granted, false));
});

test("packaged, the service is a program beside the archive", () => {
  const where = { isPackaged: true, appPath: "/r/app.asar", resourcesPath: "/r", platform: "linux" };
  assert.equal(locations(where).service.command, path.join("/r", "service", "pybridge-serve"));
  assert.match(locations({ ...where, platform: "win32" }).service.command, /pybridge-serve\.exe$/);
  assert.deepEqual(locations({ ...where, isPackaged: false }).service, { command: "pybridge", args: [] });
});
