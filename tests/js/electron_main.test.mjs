/** The Electron example's main process, run in Node with a stand-in for the `electron` module, and its preload. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { keep } from "../../examples/electron/main/keeper.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = path.join(root, "examples", "electron");

/** What Electron offers, as far as the example uses it; it records what it is asked for. */
const STAND_IN = `
const { EventEmitter } = require("node:events");
const log = [];
const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  getAppPath: () => process.env.TEST_APP,
  getPath: () => process.env.TEST_APP,
  requestSingleInstanceLock: () => true,
  whenReady: async () => log.push(["ready"]),
  quit: () => log.push(["quit"]),
});
class BrowserWindow {
  static all = [];
  static getAllWindows = () => BrowserWindow.all;
  constructor(options) {
    log.push(["window", options]);
    this.webContents = Object.assign(new EventEmitter(), {
      sent: [],
      send: (channel, event) => this.webContents.sent.push([channel, event]),
      setWindowOpenHandler: (handler) => { this.openLink = handler; },
      getURL: () => this.url,
      session: { setPermissionRequestHandler() {} },
    });
    BrowserWindow.all.push(this);
  }
  once() {}
  loadURL(url) { this.url = url; log.push(["load", url]); }
  focus() { log.push(["focus", this.url]); }
}
exports.app = app;
exports.BrowserWindow = BrowserWindow;
exports.log = log;
exports.handlers = {};
exports.schemes = {};
exports.exposed = {};
exports.ipcMain = { handle: (name, handler) => { exports.handlers[name] = handler; } };
exports.protocol = {
  registerSchemesAsPrivileged: (list) => log.push(["privileged", list]),
  handle: (scheme, handler) => { exports.schemes[scheme] = handler; },
};
exports.shell = { openExternal() {} };
exports.contextBridge = { exposeInMainWorld: (name, api) => { exports.exposed[name] = api; } };
exports.ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (...message) => { log.push(["invoke", message]); return { result: 1 }; },
});
`;

/** A built folder's service client whose service answers with what it was asked. */
const SERVICE = `
export const EVENTS = ["scripts.changed"];
export const METHODS = ["scripts.list"];
export const startService = (options) => ({
  call: async (method) => ({ method, project: options.project }),
  on: (event, listener) => { globalThis.tellTest = listener; return () => {}; },
  closed: new Promise(() => {}),
  close: async () => { globalThis.closedTest = true; },
});
`;

function application() {
  const folder = mkdtempSync(path.join(tmpdir(), "pybridge-electron-"));
  cpSync(example, folder, { recursive: true });
  mkdirSync(path.join(folder, "node_modules", "electron"), { recursive: true });
  writeFileSync(path.join(folder, "node_modules", "electron", "index.js"), STAND_IN);
  mkdirSync(path.join(folder, "pybridge"));
  writeFileSync(path.join(folder, "pybridge", "package.json"), '{"type": "module"}');
  writeFileSync(path.join(folder, "pybridge", "service.js"), SERVICE);
  process.env.TEST_APP = folder;
  return folder;
}

test("the main process registers its scheme before it is ready, opens a sandboxed window, and answers its page", async () => {
  const folder = application();
  try {
    await import(pathToFileURL(path.join(folder, "main", "main.js")).href);
    const electron = createRequire(path.join(folder, "main", "main.js"))("electron");
    const steps = electron.log.map(([name]) => name);
    assert.ok(steps.indexOf("privileged") < steps.indexOf("ready"), "too late after ready");
    const [[, [{ scheme, privileges }]]] = electron.log;
    assert.equal(scheme, "app");
    assert.equal(privileges.codeCache, true);
    const { webPreferences } = electron.log.find(([name]) => name === "window")[1];
    assert.equal(webPreferences.sandbox, true);
    assert.match(webPreferences.preload, /preload\.cjs$/);
    assert.deepEqual(electron.log.at(-1), ["load", "app://notebook/"]);

    const page = await electron.schemes.app({ url: "app://notebook/" });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Notebook/);
    assert.equal((await electron.schemes.app({ url: "app://notebook/..%2fmain/main.js" })).status, 404);

    const event = { senderFrame: { url: "app://notebook/", parent: null } };
    const answered = await electron.handlers["pybridge:call"](event, "scripts.list", {});
    assert.equal(answered.result.method, "scripts.list");
    globalThis.tellTest({ changed: ["a.py"] });
    assert.deepEqual(electron.BrowserWindow.all[0].webContents.sent, [
      ["pybridge:event", { method: "scripts.changed", params: { changed: ["a.py"] } }],
    ]);

    const [notebook] = electron.BrowserWindow.all;
    for (let time = 0; time < 2; time++) notebook.openLink({ url: "app://notebook/pybridge/studio/" });
    assert.deepEqual(electron.log.slice(-2), [
      ["load", "app://notebook/pybridge/studio/"],
      ["focus", "app://notebook/pybridge/studio/"],
    ]);
    assert.equal(electron.BrowserWindow.all[1].webContents.listenerCount("will-navigate"), 1, "it is kept inside, too");

    let prevented = false;
    electron.app.emit("will-quit", {
      preventDefault: () => {
        prevented = true;
      },
    });
    await new Promise(setImmediate);
    assert.ok(prevented && globalThis.closedTest, "the service is closed before the end");
    assert.deepEqual(electron.log.at(-1), ["quit"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the preload exposes a call and a subscription, and nothing of Electron", async () => {
  const folder = application();
  try {
    const require = createRequire(path.join(folder, "preload", "preload.cjs"));
    require("./preload.cjs");
    const electron = require("electron");
    const api = electron.exposed.pybridge;
    assert.deepEqual(Object.keys(api).sort(), ["call", "onEvent"]);
    assert.deepEqual(await api.call("scripts.list"), { result: 1 });
    assert.deepEqual(electron.log.at(-1), ["invoke", ["pybridge:call", "scripts.list", {}]]);
    const heard = [];
    const end = api.onEvent((event) => heard.push(event));
    electron.ipcRenderer.emit("pybridge:event", { sender: "secret" }, { method: "scripts.changed", params: {} });
    end();
    electron.ipcRenderer.emit("pybridge:event", {}, { method: "late", params: {} });
    assert.deepEqual(heard, [{ method: "scripts.changed", params: {} }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a service that ends is started again, slower each time, and the page is told", async () => {
  const events = [];
  const pauses = [];
  const ends = [];
  const waiting = [];
  const start = () => ({
    call: async () => 1,
    on: () => () => {},
    closed: new Promise((resolve) => ends.push(resolve)),
    close: async () => {},
  });
  const clock = {
    now: () => 0,
    clearTimeout() {},
    setTimeout: (action, ms) => {
      pauses.push(ms);
      waiting.push(action);
    },
  };
  const kept = keep(start, ["scripts.changed"], (event) => events.push(event.method), clock);
  for (let number = 0; number < 3; number++) {
    ends[number]("it fell over");
    await new Promise(setImmediate);
    waiting[number]();
  }
  assert.deepEqual(events, Array(3).fill(["project.unavailable", "events.lost"]).flat());
  assert.deepEqual(pauses, [500, 1000, 2000]);
  await kept.close();
  ends[3]("closed");
  await new Promise(setImmediate);
  assert.equal(pauses.length, 3, "a requested end does not count as a failure");
});
