/** The application: its scheme, its window, the service, and the door between them. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { app, BrowserWindow, ipcMain, protocol, shell } from "electron";
import { EVENTS, METHODS, startService } from "../pybridge/service.js";
import { answerPage } from "./bridge.js";
import { keep } from "./keeper.js";
import { locations } from "./locations.js";
import { answer, HOST, PRIVILEGES, SCHEME } from "./scheme.js";
import { keepInside, windowOptions } from "./windows.js";

const HOME = `${SCHEME}://${HOST}/`;

protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: PRIVILEGES }]);
if (!app.requestSingleInstanceLock()) app.quit();

const { isPackaged } = app;
const { resourcesPath, platform } = process;
const places = locations({ isPackaged, appPath: app.getAppPath(), resourcesPath, platform });

await app.whenReady();
protocol.handle(SCHEME, async ({ url }) => {
  const { status, headers, body } = await answer(url, places.roots, readFile);
  return new Response(body, { status, headers });
});

const project = process.env.NOTEBOOK_PROJECT ?? path.join(app.getPath("documents"), "Notebook");
const tell = (event) => {
  for (const { webContents } of BrowserWindow.getAllWindows()) webContents.send("pybridge:event", event);
};
const service = keep(() => startService({ project, ...places.service }), EVENTS, tell);
const asked = { methods: new Set(METHODS), call: service.call };
ipcMain.handle("pybridge:call", (event, method, params) => answerPage(event, method, params, asked));

/** One window for each page: the notebook, the scripts. */
function open(url) {
  const there = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL() === url);
  if (there) return there.focus();
  const window = new BrowserWindow(windowOptions(places.preload));
  keepInside(window.webContents, (target) => target.startsWith(HOME), { inside: open, outside: shell.openExternal });
  window.once("ready-to-show", () => window.show());
  window.loadURL(url);
}

open(HOME);
app.on("activate", () => BrowserWindow.getAllWindows().length === 0 && open(HOME));
app.on("second-instance", () => BrowserWindow.getAllWindows()[0]?.focus());
app.on("window-all-closed", () => process.platform !== "darwin" && app.quit());
let isLeaving = false;
app.on("will-quit", (event) => {
  if (isLeaving) return;
  event.preventDefault(); // once the service has written what it was writing
  isLeaving = true;
  service.close().finally(() => app.quit());
});
