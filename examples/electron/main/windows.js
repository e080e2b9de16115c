/** What every window of the application is opened with. */

/**
 * Everything else that weakens a renderer (`webSecurity: false`, `allowRunningInsecureContent`, experimental and Blink
 * features) is off as long as nobody names it.
 * @param {{preload: string, isPackaged: boolean}} application
 */
export function windowOptions({ preload, isPackaged }) {
  return {
    width: 1200,
    height: 800,
    show: false,
    backgroundColor: "#fdfcfa",
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: !isPackaged,
    },
  };
}
