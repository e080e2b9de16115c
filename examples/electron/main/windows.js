/** What every window of the application is opened with. */

/** @param {string} preload */
export function windowOptions(preload) {
  return {
    width: 1200,
    height: 800,
    show: false,
    backgroundColor: "#fdfcfa",
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false },
  };
}

/**
 * Keeps a window on the application's own pages; other links open in the user's browser.
 * @param {{on: Function, setWindowOpenHandler: Function, session: {setPermissionRequestHandler: Function}}} contents
 * @param {(url: string) => boolean} isOurs
 * @param {(url: string) => void} openOutside
 */
export function keepInside(contents, isOurs, openOutside) {
  contents.on("will-navigate", (/** @type {Event} */ event, /** @type {string} */ url) => {
    if (!isOurs(url)) event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith("https://")) openOutside(url);
    return { action: "deny" };
  });
  contents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
}
