/** How the application is packaged: `npm run package`, `npm run make`. */
import path from "node:path";
import { FuseV1Options, FuseVersion } from "@electron/fuses";
import { SERVICE_FOLDER } from "./main/locations.js";

/** All that goes into app.asar. The application needs no packages at run time. */
const PACKED = ["app", "main", "preload", "pybridge", "package.json"];

/** Every switch of the binary, so that a new one of a later Electron stops the packaging until somebody has decided. */
const FUSES = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // we make none
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false, // our pages have a scheme of their own
  [FuseV1Options.WasmTrapHandlers]: true, // Python is WebAssembly: without them it is slower
};

export default {
  packagerConfig: {
    name: "Notebook",
    executableName: "notebook",
    appBundleId: "example.notebook",
    asar: true, // the packager writes its hashes into the binary, for EnableEmbeddedAsarIntegrityValidation
    extraResource: [path.join(import.meta.dirname, "vendor", SERVICE_FOLDER)],
    prune: false, // nothing of node_modules is packed
    /** @param {string} file with a slash at its start, or "" for the folder itself */
    ignore: (file) => file !== "" && !PACKED.includes(file.split("/")[1]),
    // To sign: osxSign, osxNotarize and windowsSign stand here; see README.md.
  },
  makers: [{ name: "@electron-forge/maker-zip", platforms: ["darwin", "linux", "win32"] }],
  plugins: [{ name: "@electron-forge/plugin-fuses", config: FUSES }],
};
