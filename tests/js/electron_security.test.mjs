/**
 * The rules of Electron's security checklist by their numbers, and what the example does about each of them. Rule 17, who
 * sends a message, is in electron_bridge.test.mjs; rule 19, the fuses, in electron_forge.test.mjs.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FRAME_HOSTS } from "../../examples/electron/app/frame_hosts.js";
import { guard } from "../../examples/electron/main/guard.js";
import { fileHeaders } from "../../examples/electron/main/headers.js";
import { isMedia, pageOf } from "../../examples/electron/main/pages.js";
import { restrict } from "../../examples/electron/main/permissions.js";
import { PRIVILEGES } from "../../examples/electron/main/scheme.js";
import { windowOptions } from "../../examples/electron/main/windows.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const example = path.join(root, "examples", "electron");
const read = (...names) => readFileSync(path.join(root, ...names), "utf8");
const sourcesOf = (folder) =>
  readdirSync(path.join(example, folder)).map((name) => read("examples", "electron", folder, name));
const main = sourcesOf("main").join("\n");
const { webPreferences } = windowOptions({ preload: "/p.cjs", isPackaged: true });

/** Web contents that record what they are told; `fire` says what an event of Electron did. */
function contents(page) {
  const listeners = {};
  const opened = [];
  let openWindow;
  guard(
    {
      on: (name, listener) => {
        listeners[name] = listener;
      },
      setWindowOpenHandler: (handler) => {
        openWindow = handler;
      },
    },
    () => page,
    { inside: (url) => opened.push(["inside", url]), outside: (url) => opened.push(["outside", url]) },
  );
  return {
    opened,
    openWindow: (url) => openWindow({ url }),
    fire(name, event = {}) {
      let isPrevented = false;
      listeners[name]({
        ...event,
        preventDefault: () => {
          isPrevented = true;
        },
      });
      return isPrevented;
    },
  };
}

/** A session that keeps its handlers. */
function session() {
  const handlers = {};
  const keep = (name) => (handler) => {
    handlers[name] = handler;
  };
  restrict(
    {
      setPermissionRequestHandler: keep("request"),
      setPermissionCheckHandler: keep("check"),
      setDevicePermissionHandler: keep("device"),
      setDisplayMediaRequestHandler: keep("display"),
      on: (name, handler) => keep(name)(handler),
      webRequest: {
        onBeforeSendHeaders: (filter, handler) => {
          handlers.headers = { filter, handler };
        },
      },
    },
    "https://notebook.example/",
  );
  return handlers;
}

test("1: only secure content is loaded: no address in the application is http, and no page may ask elsewhere", () => {
  for (const text of [main, ...sourcesOf("app"), ...sourcesOf("preload")]) assert.doesNotMatch(text, /\bhttp:/);
  assert.match(fileHeaders("index.html")["content-security-policy"], /connect-src 'self';/);
});

test("2, 3, 4: pages have no Node, a context apart from the preload's, and a sandbox", () => {
  const { nodeIntegration, contextIsolation, sandbox } = webPreferences;
  assert.deepEqual([nodeIntegration, contextIsolation, sandbox], [false, true, true]);
  assert.match(main, /app\.enableSandbox\(\)/);
});

test("5: a page is granted nothing, whether it asks or checks; a video may fill the screen", () => {
  const { request, check, device, display } = session();
  const asked = (permission, requestingUrl) => {
    let granted;
    request(null, permission, (answer) => (granted = answer), { requestingUrl });
    assert.equal(check(null, permission, requestingUrl), granted, "a check says what a request would");
    return granted;
  };
  const permissions = ["media", "geolocation", "notifications", "clipboard-read", "openExternal", "fileSystem", "hid"];
  for (const url of ["app://notebook/", "https://www.youtube.com/embed/x", "https://example.org/", "", "null"])
    for (const permission of permissions) assert.equal(asked(permission, url), false, `${permission} ${url}`);
  for (const host of FRAME_HOSTS) assert.equal(asked("fullscreen", `https://${host}/embed/x`), true);
  for (const url of [
    "http://www.youtube.com/",
    "https://www.youtube.com.evil.example/",
    "https://evil.example/",
    "app://notebook/",
  ])
    assert.equal(asked("fullscreen", url), false, url);
  assert.equal(device({}), false);
  display({}, (streams) => assert.equal(streams, null));
});

test("6, 8, 9, 10: nothing that weakens a renderer is switched on", () => {
  const known = ["preload", "contextIsolation", "sandbox", "nodeIntegration", "webviewTag", "devTools"];
  assert.deepEqual(Object.keys(webPreferences).sort(), known.sort());
  const weaker =
    /webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|nodeIntegrationIn|bypassCSP|no-sandbox|appendSwitch/;
  assert.doesNotMatch(main.replace(/\/\*\*.*?\*\//gs, ""), weaker);
  assert.deepEqual(Object.keys(PRIVILEGES).sort(), ["codeCache", "secure", "standard", "stream", "supportFetchAPI"]);
});

test("7: every page has a policy that forbids by default", () => {
  for (const place of [
    "index.html",
    "none.html",
    "renderer.js",
    "pybridge/studio/index.html",
    "pybridge/studio/preview.html",
  ])
    assert.match(fileHeaders(place)["content-security-policy"], /^default-src 'none'; /, place);
});

test("11, 12: there are no webviews, and none is attached", () => {
  assert.equal(webPreferences.webviewTag, false);
  assert.equal(contents("/").fire("will-attach-webview"), true);
  for (const text of sourcesOf("app")) assert.doesNotMatch(text, /<webview|allowpopups/);
});

test("13: a window stays on its page, whoever navigates or redirects it", () => {
  const notebook = contents("/");
  const top = { parent: null };
  for (const url of ["app://notebook/", "app://notebook/#a", "app://notebook/?a"])
    assert.equal(notebook.fire("will-navigate", { url, initiator: top }), false, url);
  const others = [
    "https://example.org/",
    "app://notebook/pybridge/studio/",
    "app://notebook/style.css",
    "app://notebook.evil/",
    "app://user@notebook/",
    "data:text/html,x",
    "javascript:1",
    "file:///etc/passwd",
    "about:blank",
    "",
  ];
  for (const url of others) {
    assert.equal(notebook.fire("will-navigate", { url, initiator: top }), true, url);
    assert.equal(notebook.fire("will-redirect", { url, isMainFrame: true }), true, url);
  }
  assert.equal(contents(null).fire("will-navigate", { url: "app://notebook/" }), true, "a window of no page");
  assert.equal(contents("/").fire("will-redirect", { url: "https://www.youtube.com/", isMainFrame: false }), false);
});

test("13: a link opens our pages and the user's browser; the frame of a video opens nothing", () => {
  const notebook = contents("/");
  notebook.fire("will-navigate", { url: "https://example.org/a", initiator: { parent: null } });
  notebook.fire("will-navigate", { url: "app://notebook/media/a.png", initiator: null });
  notebook.fire("will-navigate", { url: "https://evil.example/", initiator: { parent: {} } });
  notebook.fire("will-redirect", { url: "https://evil.example/", isMainFrame: true });
  assert.deepEqual(notebook.opened, [
    ["outside", "https://example.org/a"],
    ["inside", "app://notebook/media/a.png"],
  ]);
});

test("14, 15: no window is opened by a page, and the system is given https addresses only", () => {
  const notebook = contents("/");
  const refused = [
    "file:///etc/passwd",
    "smb://host/share",
    "mailto:a@example.org",
    "ms-msdt:x",
    "javascript:1",
    "http://example.org/",
    "https://user:password@example.org/",
    "https:",
    "app://other/",
    "app://notebook/main/main.js",
    "app://notebook/pybridge/frame.htm",
    "not an address",
  ];
  for (const url of refused) assert.deepEqual(notebook.openWindow(url), { action: "deny" });
  assert.deepEqual(notebook.opened, []);
  for (const url of ["https://example.org/", "HTTPS://EXAMPLE.ORG/b", "app://notebook/pybridge/studio/"])
    assert.deepEqual(notebook.openWindow(url), { action: "deny" });
  assert.deepEqual(notebook.opened, [
    ["outside", "https://example.org/"],
    ["outside", "https://example.org/b"],
    ["inside", "app://notebook/pybridge/studio/"],
  ]);
});

test("a download is refused", () => {
  let isPrevented = false;
  session()["will-download"]({
    preventDefault: () => {
      isPrevented = true;
    },
  });
  assert.equal(isPrevented, true);
});

test("servers of videos are told which application asks, and nobody else is", () => {
  const { filter, handler } = session().headers;
  assert.deepEqual(filter, { urls: FRAME_HOSTS.map((host) => `https://${host}/*`), types: ["subFrame"] });
  handler({ requestHeaders: { Accept: "*/*" } }, ({ requestHeaders }) =>
    assert.deepEqual(requestHeaders, { Accept: "*/*", Referer: "https://notebook.example/" }),
  );
});

test("16: Electron and what packages it are of known major versions", () => {
  const { devDependencies, dependencies } = JSON.parse(read("examples", "electron", "package.json"));
  assert.equal(dependencies, undefined, "nothing but our own files is packed");
  for (const [name, range] of Object.entries(devDependencies)) assert.match(range, /^\^[1-9]\d*\.\d+\.\d+$/, name);
  assert.ok(Number(/\d+/.exec(devDependencies.electron)[0]) >= 45);
});

test("18: pages have a scheme of their own, and nothing is loaded from file:", () => {
  assert.equal(pageOf("app://notebook/"), "/");
  for (const url of [
    "file:///app/index.html",
    "https://notebook/",
    "app://notebook/index.html",
    "app://notebook//",
    "x",
  ])
    assert.equal(pageOf(url), null, url);
  assert.deepEqual(["app://notebook/media/a.png", "app://notebook/mediax/a.png", "file:///media/a"].map(isMedia), [
    true,
    false,
    false,
  ]);
  assert.doesNotMatch(main, /loadFile|pathToFileURL|"file:/);
});

test("20: the preload hands over two functions of ours, and no object of Electron", () => {
  const preload = read("examples", "electron", "preload", "preload.cjs");
  assert.equal(preload.match(/exposeInMainWorld/g).length, 1);
  assert.doesNotMatch(preload, /ipcRenderer\s*[,}]\s*\)|exposeInMainWorld\([^{]*ipcRenderer|sendSync/);
});
