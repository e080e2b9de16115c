/** The Electron example's main process, run in Node with a stand-in for the `electron` module, and its preload. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { keep } from "../../examples/electron/main/keeper.js";
import { start, until, untilOpened, withApplication } from "./electron_stand_in.mjs";

const HOME = { url: "app://notebook/", origin: "app://notebook", parent: null };

test("the main process registers its scheme before it is ready, opens a sandboxed window, and answers its page", () =>
  withApplication(async (folder) => {
    const electron = await start(folder);
    assert.deepEqual(
      electron.log.map(([name]) => name),
      ["sandbox", "privileged"],
      "all that happens before Electron is ready",
    );
    const [, [, [{ scheme, privileges }]]] = electron.log;
    assert.equal(scheme, "app");
    assert.deepEqual([privileges.codeCache, privileges.stream, privileges.bypassCSP], [true, true, undefined]);
    await untilOpened(electron);
    const { webPreferences } = electron.log.find(([name]) => name === "window")[1];
    assert.equal(webPreferences.sandbox, true);
    assert.match(webPreferences.preload, /preload\.cjs$/);
    assert.deepEqual(electron.log.at(-1), ["load", "app://notebook/"]);

    const page = await electron.schemes.app(new Request("app://notebook/"));
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Notebook/);
    assert.equal((await electron.schemes.app(new Request("app://notebook/..%2fmain/main.js"))).status, 404);

    const [notebook] = electron.BrowserWindow.all;
    const event = { sender: notebook.webContents, senderFrame: HOME };
    const answered = await electron.handlers["pybridge:call"](event, "scripts.sources", {});
    assert.equal(answered.result.method, "scripts.sources");
    globalThis.tellTest({ changed: ["a.py"] });
    assert.deepEqual(notebook.webContents.sent, [
      ["pybridge:event", { method: "scripts.changed", params: { changed: ["a.py"] } }],
    ]);
    let isPrevented = false;
    electron.app.emit("will-quit", {
      preventDefault: () => {
        isPrevented = true;
      },
    });
    await new Promise(setImmediate);
    assert.ok(isPrevented && globalThis.closedTest, "the service is closed before the end");
    assert.deepEqual(electron.log.at(-1), ["quit"]);
  }));

test("a second instance ends at once and starts nothing; the first one shows its window", () =>
  withApplication(async (folder) => {
    const second = await start(folder, { TEST_SECOND: "1" });
    assert.deepEqual(second.log, [["exit", undefined]]);
    second.becomeReady();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    assert.deepEqual(second.log.slice(1), [["ready"]]);
    assert.deepEqual(second.BrowserWindow.all, []);
    await withApplication(async (other) => {
      const first = await start(other);
      await untilOpened(first);
      first.app.emit("second-instance");
      assert.deepEqual(first.log.at(-1), ["focus", "app://notebook/"]);
      assert.equal(first.BrowserWindow.all.length, 1);
    });
  }));

test("each page has one window and its own methods; a media file has a window without a preload", () =>
  withApplication(async (folder) => {
    const electron = await start(folder);
    await untilOpened(electron);
    const [notebook] = electron.BrowserWindow.all;
    for (let time = 0; time < 2; time++) notebook.openLink({ url: "app://notebook/pybridge/studio/" });
    assert.deepEqual(electron.log.slice(-2), [
      ["load", "app://notebook/pybridge/studio/"],
      ["focus", "app://notebook/pybridge/studio/"],
    ]);
    notebook.openLink({ url: "app://notebook/media/2026/01/a.png" });
    notebook.openLink({ url: "app://notebook/main/main.js" });
    const [, studio, picture, ...more] = electron.BrowserWindow.all;
    assert.deepEqual(more, []);
    const options = electron.log.filter(([name]) => name === "window").map(([, { webPreferences }]) => webPreferences);
    assert.deepEqual(
      options.map(({ preload, sandbox }) => [preload !== undefined, sandbox]),
      [
        [true, true],
        [true, true],
        [false, true],
      ],
    );
    const frame = { ...HOME, url: "app://notebook/pybridge/studio/" };
    const call = electron.handlers["pybridge:call"];
    const codes = [];
    for (const [sender, senderFrame] of [
      [studio, frame],
      [notebook, HOME],
      [notebook, frame],
      [studio, HOME],
      [picture, HOME],
      [picture, { ...HOME, url: "app://notebook/media/2026/01/a.png" }],
    ])
      codes.push((await call({ sender: sender.webContents, senderFrame }, "scripts.write", {})).error?.code ?? "done");
    assert.deepEqual(codes, ["done", "usage", "isolation", "isolation", "isolation", "isolation"]);
    globalThis.tellTest({});
    assert.deepEqual(
      electron.BrowserWindow.all.map(({ webContents }) => webContents.sent.length),
      [1, 1, 0],
    );
  }));

test("packaged, the service is started from beside the archive, and there are no developer tools", () =>
  withApplication(async (folder) => {
    process.resourcesPath = path.join(folder, "resources");
    const electron = await start(folder, { TEST_PACKAGED: "1" });
    await untilOpened(electron);
    const program = process.platform === "win32" ? "pybridge.exe" : "pybridge";
    assert.equal(globalThis.startsTest.at(-1).command, path.join(process.resourcesPath, "pybridge-service", program));
    assert.equal(electron.log.find(([name]) => name === "window")[1].webPreferences.devTools, false);
    const [, menu] = electron.log.find(([name]) => name === "menu");
    assert.doesNotMatch(JSON.stringify(menu), /toggleDevTools|"reload"/);
    delete process.resourcesPath;
  }));

test("the menu opens the pages, and quits", () =>
  withApplication(async (folder) => {
    const electron = await start(folder);
    await untilOpened(electron);
    const [, menu] = electron.log.find(([name]) => name === "menu");
    const items = menu.flatMap(({ submenu, role }) => submenu ?? [{ role }]);
    items.find(({ label }) => label === "&Scripts").click();
    assert.deepEqual(electron.log.at(-1), ["load", "app://notebook/pybridge/studio/"]);
    const roles = items.map(({ role }) => role);
    for (const role of ["editMenu", "windowMenu", process.platform === "darwin" ? "close" : "quit"])
      assert.ok(roles.includes(role), role);
  }));

test("an application that cannot start says so and ends", () =>
  withApplication(async (folder) => {
    writeFileSync(path.join(folder, "Notebook"), "a file where the project's folder should be");
    const electron = await start(folder);
    electron.becomeReady();
    await until(() => electron.log.at(-1)[0] === "exit");
    assert.deepEqual(electron.log.at(-1), ["exit", 1]);
    assert.match(electron.log.at(-2)[1][1], /Notebook/);
  }));

test("the preload exposes a call and a subscription, and nothing of Electron", () =>
  withApplication(async (folder) => {
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
  }));

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
