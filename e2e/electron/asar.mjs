/**
 * Packs an application into an archive and reads every file of its runtime back through the scheme's handler.
 * Arguments: the application's folder, the archive to write. Prints {name: {status, sha256}}.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import asar from "@electron/asar";
import { locations } from "../../examples/electron/main/locations.js";
import { answer } from "../../examples/electron/main/scheme.js";

const [application, archive] = process.argv.slice(2);
await asar.createPackage(application, archive);
const { roots } = locations({
  isPackaged: true,
  appPath: archive,
  resourcesPath: path.dirname(archive),
  platform: process.platform,
});

/** Electron's own fs reads `app.asar/…` as if it were a folder; here the archive's library does. */
const read = async (/** @type {string} */ file) => asar.extractFile(archive, path.relative(archive, file));

const manifest = JSON.parse(readFileSync(path.join(application, "pybridge", "manifest.json"), "utf8"));
const found = {};
for (const name of [...Object.keys(manifest.files), "manifest.json"]) {
  const { status, body } = await answer(`app://notebook/pybridge/${name}`, roots, read);
  found[name] = { status, sha256: createHash("sha256").update(body).digest("hex") };
}
process.stdout.write(JSON.stringify(found));
