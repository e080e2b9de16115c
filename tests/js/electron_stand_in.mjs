/** Runs the Electron example's main process in Node, with a stand-in for the `electron` module and for the service. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = path.join(root, "examples", "electron");

/**
 * What Electron offers, as far as the example uses it; it records what it is asked for. As the real one it is ready only
 * after the entry has been evaluated: a test says when.
 */
const STAND_IN = `
const { EventEmitter } = require("node:events");
const log = [];
let becomeReady;
const ready = new Promise((resolve) => { becomeReady = () => { log.push(["ready"]); resolve(); }; });
const app = Object.assign(new EventEmitter(), {
  isPackaged: process.env.TEST_PACKAGED === "1",
  getAppPath: () => process.env.TEST_APP,
  getPath: () => process.env.TEST_APP,
  requestSingleInstanceLock: () => process.env.TEST_SECOND !== "1",
  enableSandbox: () => log.push(["sandbox"]),
  whenReady: () => ready,
  quit: () => log.push(["quit"]),
  exit: (code) => log.push(["exit", code]),
});
const session = Object.assign(new EventEmitter(), { handlers: {} });
for (const name of ["PermissionRequest", "PermissionCheck", "DevicePermission", "DisplayMediaRequest"])
  session["set" + name + "Handler"] = (handler) => { session.handlers[name] = handler; };
session.webRequest = { onBeforeSendHeaders: (filter, handler) => { session.handlers.headers = [filter, handler]; } };
let lastId = 0;
class BrowserWindow {
  static all = [];
  static getAllWindows = () => BrowserWindow.all;
  constructor(options) {
    log.push(["window", options]);
    this.webContents = Object.assign(new EventEmitter(), {
      id: ++lastId,
      sent: [],
      send: (channel, event) => this.webContents.sent.push([channel, event]),
      setWindowOpenHandler: (handler) => { this.openLink = handler; },
      getURL: () => this.url,
      session,
    });
    BrowserWindow.all.push(this);
    app.emit("web-contents-created", {}, this.webContents);
  }
  once() {}
  isMinimized() { return false; }
  loadURL(url) { this.url = url; log.push(["load", url]); }
  focus() { log.push(["focus", this.url]); }
}
exports.app = app;
exports.becomeReady = becomeReady;
exports.BrowserWindow = BrowserWindow;
exports.log = log;
exports.handlers = {};
exports.schemes = {};
exports.exposed = {};
exports.ipcMain = { handle: (name, handler) => { exports.handlers[name] = handler; } };
exports.Menu = { buildFromTemplate: (template) => template, setApplicationMenu: (menu) => log.push(["menu", menu]) };
exports.protocol = {
  registerSchemesAsPrivileged: (list) => log.push(["privileged", list]),
  handle: (scheme, handler) => { exports.schemes[scheme] = handler; },
};
exports.session = { defaultSession: session };
exports.dialog = { showErrorBox: (...message) => log.push(["error", message]) };
exports.shell = { openExternal: (url) => log.push(["external", url]) };
exports.contextBridge = { exposeInMainWorld: (name, api) => { exports.exposed[name] = api; } };
exports.ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (...message) => { log.push(["invoke", message]); return { result: 1 }; },
});
`;

/** A built folder's service client whose service answers with what it was asked. */
const SERVICE = `
export const EVENTS = ["scripts.changed"];
globalThis.startsTest = [];
export const startService = (options) => {
  globalThis.startsTest.push(options);
  return {
    call: async (method) => ({ method, project: options.project }),
    on: (event, listener) => { globalThis.tellTest = listener; return () => {}; },
    closed: new Promise(() => {}),
    close: async () => { globalThis.closedTest = true; },
  };
};
`;

function application() {
  const folder = mkdtempSync(path.join(tmpdir(), "pybridge-electron-"));
  for (const part of ["app", "main", "preload", "package.json"])
    cpSync(path.join(example, part), path.join(folder, part), { recursive: true });
  mkdirSync(path.join(folder, "node_modules", "electron"), { recursive: true });
  writeFileSync(path.join(folder, "node_modules", "electron", "index.js"), STAND_IN);
  mkdirSync(path.join(folder, "pybridge"));
  writeFileSync(path.join(folder, "pybridge", "package.json"), '{"type": "module"}');
  writeFileSync(path.join(folder, "pybridge", "service.js"), SERVICE);
  process.env.TEST_APP = folder;
  return folder;
}

/** Evaluates the entry, as Electron does before it is ready; a wait for `whenReady` there would never end. */
export async function start(folder, variables = {}) {
  Object.assign(process.env, variables);
  try {
    const entry = import(pathToFileURL(path.join(folder, "main", "main.js")).href).then(() => "evaluated");
    const { promise: late, timer } = lateness();
    assert.equal(await Promise.race([entry, late]), "evaluated");
    clearTimeout(timer);
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
  return createRequire(path.join(folder, "main", "main.js"))("electron");
}

function lateness() {
  let timer;
  const promise = new Promise((resolve) => {
    timer = setTimeout(resolve, 10_000, "the entry waits for what comes after it");
  });
  return { promise, timer };
}

/** Makes Electron ready, and waits for the first window. */
export async function untilOpened(electron) {
  electron.becomeReady();
  await until(() => electron.BrowserWindow.all.length > 0);
}

/** Waits until something holds, ten seconds at most. */
export async function until(condition) {
  const end = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `waited in vain: ${condition}`);
    await new Promise(setImmediate);
  }
}

/** Runs with the example in a folder of its own. */
export async function withApplication(action) {
  const folder = application();
  try {
    await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
