/** Where the parts of the application lie: in a checkout, and packaged. */
import path from "node:path";

/** The folder that `npm run prepare-service` writes below `vendor`, and that packaging puts beside app.asar. */
export const SERVICE_FOLDER = "pybridge-service";

/**
 * Packaged, the JavaScript and the runtime's files are in app.asar, which Electron reads as a folder. A program
 * cannot be started from inside an archive: the service lies beside it.
 * @param {{isPackaged: boolean, appPath: string, resourcesPath: string, platform: NodeJS.Platform}} where
 */
export function locations({ isPackaged, appPath, resourcesPath, platform }) {
  const program = platform === "win32" ? "pybridge.exe" : "pybridge";
  return {
    roots: { "": path.join(appPath, "app"), pybridge: path.join(appPath, "pybridge") },
    preload: path.join(appPath, "preload", "preload.cjs"),
    service: { command: isPackaged ? path.join(resourcesPath, SERVICE_FOLDER, program) : "pybridge", args: [] },
  };
}
