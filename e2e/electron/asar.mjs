/**
 * Packs an application into an archive and reads every file of its runtime back through the scheme's handler.
 * Arguments: the application's folder, the archive to write. Prints {name: {status, sha256}}.
 */
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import asar from "@electron/asar";
import config from "../../examples/electron/forge.config.js";
import { locations } from "../../examples/electron/main/locations.js";
import { answer } from "../../examples/electron/main/scheme.js";

const [application, archive] = process.argv.slice(2);
// What the packager does with this configuration: it leaves out the ignored, and packs the rest.
const { ignore } = config.packagerConfig;
const packed = path.join(path.dirname(archive), "packed");
const nameOf = (/** @type {string} */ file) => file.slice(application.length).split(path.sep).join("/");
cpSync(application, packed, { recursive: true, filter: (file) => !ignore(nameOf(file)) });
await asar.createPackage(packed, archive);
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
  const request = new Request(`app://notebook/pybridge/${name}`);
  const response = await answer(request, { roots, read, project: path.dirname(archive) });
  const body = Buffer.from(await response.arrayBuffer());
  found[name] = { status: response.status, sha256: createHash("sha256").update(body).digest("hex") };
}
process.stdout.write(JSON.stringify(found));
