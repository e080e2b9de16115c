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
 * Keeps a window on the application's own pages: a link to a new window opens one of ours, if it leads to us, and
 * other links open in the user's browser.
 * @param {{on: Function, setWindowOpenHandler: Function, session: {setPermissionRequestHandler: Function}}} contents
 * @param {(url: string) => boolean} isOurs
 * @param {{inside: (url: string) => void, outside: (url: string) => void}} open
 */
export function keepInside(contents, isOurs, open) {
  contents.on("will-navigate", (/** @type {Event} */ event, /** @type {string} */ url) => {
    if (!isOurs(url)) event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (isOurs(url)) open.inside(url);
    else if (url.startsWith("https://")) open.outside(url);
    return { action: "deny" };
  });
  contents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
}
