/** The application's menu, as `Menu.buildFromTemplate` takes it. Knows nothing of Electron. */
import { HOME, STUDIO } from "./pages.js";

/**
 * @param {{platform: NodeJS.Platform, isPackaged: boolean, open: (url: string) => void}} application
 * @returns {import("electron").MenuItemConstructorOptions[]}
 */
export function menuTemplate({ platform, isPackaged, open }) {
  const isMac = platform === "darwin";
  return [
    ...(isMac ? [{ role: /** @type {const} */ ("appMenu") }] : []),
    {
      label: "&File",
      submenu: [
        { label: "&Notebook", accelerator: "CmdOrCtrl+1", click: () => open(HOME) },
        { label: "&Scripts", accelerator: "CmdOrCtrl+2", click: () => open(STUDIO) },
        { type: "separator" },
        { role: isMac ? "close" : "quit" },
      ],
    },
    { role: "editMenu" },
    {
      label: "&View",
      submenu: [
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { type: "separator" },
        { role: "togglefullscreen" },
        ...(isPackaged
          ? []
          : [{ role: /** @type {const} */ ("reload") }, { role: /** @type {const} */ ("toggleDevTools") }]),
      ],
    },
    { role: "windowMenu" },
  ];
}
