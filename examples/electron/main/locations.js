/** Where the parts of the application lie: in a checkout, and packaged. */
import path from "node:path";

/**
 * Packaged, the JavaScript and the runtime's files are in app.asar, which Electron reads as a folder. A program
 * cannot be started from inside an archive: the service lies beside it, in `resources/service`.
 * @param {{isPackaged: boolean, appPath: string, resourcesPath: string, platform: NodeJS.Platform}} where
 */
export function locations({ isPackaged, appPath, resourcesPath, platform }) {
  const program = platform === "win32" ? "pybridge-serve.exe" : "pybridge-serve";
  return {
    roots: { "": path.join(appPath, "app"), pybridge: path.join(appPath, "pybridge") },
    preload: path.join(appPath, "preload", "preload.cjs"),
    service: isPackaged
      ? { command: path.join(resourcesPath, "service", program), args: [] }
      : { command: "pybridge", args: [] },
  };
}
