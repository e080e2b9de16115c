/** The running application: its scheme, its windows, the service, and the messages between them. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { app, BrowserWindow, ipcMain, Menu, protocol, session, shell } from "electron";
import { EVENTS, startService } from "../pybridge/service.js";
import { answerPage } from "./bridge.js";
import { guard } from "./guard.js";
import { keep } from "./keeper.js";
import { locations } from "./locations.js";
import { menuTemplate } from "./menu.js";
import { HOME, isMedia, pageOf } from "./pages.js";
import { restrict } from "./permissions.js";
import { answer, SCHEME } from "./scheme.js";
import { windowOptions } from "./windows.js";

/** Names the application to servers of videos; replace it by your own site, or `https://` and your application's id. */
const IDENTITY = "https://notebook.example/";

export async function run() {
  const { isPackaged } = app;
  const { resourcesPath, platform } = process;
  const places = locations({ isPackaged, appPath: app.getAppPath(), resourcesPath, platform });
  const project = process.env.NOTEBOOK_PROJECT ?? path.join(app.getPath("documents"), "Notebook");
  await mkdir(path.join(project, "scripts"), { recursive: true }); // the folder that makes it a project

  restrict(session.defaultSession, IDENTITY);
  protocol.handle(SCHEME, (request) => answer(request, { roots: places.roots, project }));
  const windows = manageWindows(windowOptions({ preload: places.preload, isPackaged }));
  const service = keep(() => startService({ project, ...places.service }), EVENTS, windows.tell);
  ipcMain.handle("pybridge:call", (event, method, params) =>
    answerPage(event, method, params, { pageIn: windows.pageIn, call: service.call }),
  );
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform, isPackaged, open: windows.open })));

  windows.open(HOME);
  app.on("activate", () => BrowserWindow.getAllWindows().length === 0 && windows.open(HOME));
  app.on("second-instance", () => windows.open(HOME));
  endWith(service);
}

/**
 * One window for each page, and for each media file that is opened; only pages get the preload, and are told of events.
 * @param {import("electron").BrowserWindowConstructorOptions} options
 */
function manageWindows(options) {
  /** Which page a window was opened for, by the id of its contents. @type {Map<number, string>} */
  const pages = new Map();
  const pageIn = (/** @type {{id: number}} */ { id }) => pages.get(id) ?? null;

  function open(/** @type {string} */ url) {
    const page = pageOf(url);
    if (page === null && !isMedia(url)) return;
    const there = BrowserWindow.getAllWindows().find(({ webContents }) => {
      return page === null ? webContents.getURL() === url : pageIn(webContents) === page;
    });
    if (there) return show(there);
    const { preload, ...webPreferences } = options.webPreferences ?? {};
    const window = new BrowserWindow({
      ...options,
      webPreferences: page === null ? webPreferences : { ...webPreferences, preload },
    });
    const { id } = window.webContents;
    if (page !== null) pages.set(id, page);
    window.once("closed", () => pages.delete(id));
    window.once("ready-to-show", () => window.show());
    window.loadURL(url);
  }

  app.on("web-contents-created", (_, contents) =>
    guard(contents, () => pageIn(contents), { inside: open, outside: shell.openExternal }),
  );
  return {
    open,
    pageIn,
    tell(/** @type {{method: string, params: object}} */ event) {
      for (const { webContents } of BrowserWindow.getAllWindows())
        if (pageIn(webContents) !== null) webContents.send("pybridge:event", event);
    },
  };
}

/** @param {BrowserWindow} window */
function show(window) {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** Lets the service finish what it is writing before the application ends. @param {{close: () => Promise<void>}} service */
function endWith(service) {
  let isLeaving = false;
  app.on("window-all-closed", () => process.platform !== "darwin" && app.quit());
  app.on("will-quit", (event) => {
    if (isLeaving) return;
    event.preventDefault();
    isLeaving = true;
    service.close().finally(() => app.quit());
  });
}
