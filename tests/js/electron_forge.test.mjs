/** How the Electron example is packaged: its fuses, what goes into the archive, and what lies beside it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from "@electron/fuses";
import config from "../../examples/electron/forge.config.js";
import { locations, SERVICE_FOLDER } from "../../examples/electron/main/locations.js";

const example = fileURLToPath(new URL("../../examples/electron", import.meta.url));
const application = JSON.parse(readFileSync(path.join(example, "package.json"), "utf8"));
const { packagerConfig, plugins, makers } = config;
const fuses = plugins.find(({ name }) => name === "@electron-forge/plugin-fuses").config;
const folder = mkdtempSync(path.join(tmpdir(), "pybridge-forge-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes what stands in a binary of Electron around its fuses, as far as the program that sets them reads it. */
function binary(count) {
  const file = path.join(folder, `electron-${count}`);
  const sentinel = Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX");
  const states = Buffer.from("101100010".padEnd(count, "0").slice(0, count));
  writeFileSync(
    file,
    Buffer.concat([Buffer.alloc(5000, 1), sentinel, Buffer.from([1, count]), states, Buffer.alloc(5000, 2)]),
  );
  return file;
}

test("19: every fuse is set: no Node, no debugger, code from a checked archive only", async () => {
  const expected = {
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
    WasmTrapHandlers: true,
  };
  const names = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
  assert.deepEqual(Object.keys(expected), names, "all that this version of @electron/fuses knows");
  const file = binary(names.length);
  await flipFuses(file, fuses);
  const wire = await getCurrentFuseWire(file);
  const found = Object.fromEntries(names.map((name) => [name, wire[FuseV1Options[name]] === FuseState.ENABLE]));
  assert.deepEqual(found, expected);
  assert.equal(wire.version, FuseVersion.V1);
});

test("19: a fuse that nobody has decided on stops the packaging", async () => {
  await assert.rejects(flipFuses(binary(10), fuses), /strictlyRequireAllFuses/);
  const { [FuseV1Options.OnlyLoadAppFromAsar]: _, ...fewer } = fuses;
  await assert.rejects(flipFuses(binary(9), fewer), /strictlyRequireAllFuses.*OnlyLoadAppFromAsar/);
});

test("only the application goes into the archive", () => {
  const { ignore, asar, prune } = packagerConfig;
  assert.deepEqual([asar, prune], [true, false]);
  const packed = [
    "",
    "/app",
    "/app/index.html",
    "/main/main.js",
    "/preload",
    "/pybridge/worker.bin",
    "/pybridge/studio/index.html",
    "/package.json",
  ];
  const left = [
    "/vendor",
    "/vendor/pybridge-service/pybridge",
    "/node_modules/electron",
    "/out/x",
    "/forge.config.js",
    "/.env",
    "/README.md",
    "/package-lock.json",
    "/apps",
    "/secret",
  ];
  assert.deepEqual(packed.filter(ignore), []);
  assert.deepEqual(
    left.filter((file) => !ignore(file)),
    [],
  );
});

test("the service is copied beside the archive, from where it is built to where it is started", () => {
  const [out] = /(?<=standalone --out )\S+/.exec(application.scripts["prepare-service"]);
  assert.deepEqual(packagerConfig.extraResource, [path.join(example, out)]);
  assert.equal(path.basename(out), SERVICE_FOLDER);
  for (const [platform, program] of [
    ["linux", "pybridge"],
    ["darwin", "pybridge"],
    ["win32", "pybridge.exe"],
  ]) {
    const { service } = locations({ isPackaged: true, appPath: "/r/app.asar", resourcesPath: "/r", platform });
    assert.equal(service.command, path.join("/r", path.basename(out), program));
  }
});

test("what the application's scripts name is there to be installed, and its version and name are stated", () => {
  const { scripts, devDependencies, main, type, version, productName } = application;
  assert.deepEqual(
    [scripts.start, scripts.package, scripts.make],
    ["electron .", "electron-forge package", "electron-forge make"],
  );
  for (const { name } of [...plugins, ...makers]) assert.ok(name in devDependencies, name);
  for (const name of ["electron", "@electron-forge/cli", "@electron/fuses"]) assert.ok(name in devDependencies, name);
  assert.deepEqual([main, type, productName], ["main/main.js", "module", packagerConfig.name]);
  assert.match(version, /^\d+\.\d+\.\d+$/);
});

test("the readme's commands exist, and what it names is there", () => {
  const readme = readFileSync(path.join(example, "README.md"), "utf8");
  const commands = [...readme.matchAll(/^\$ npm (?:run )?(\S+)$/gm)].map(([, name]) => name);
  assert.deepEqual(commands, ["install", "prepare-assets", "start", "prepare-service", "package", "make"]);
  for (const name of commands) assert.ok(name === "install" || name in application.scripts, name);
  for (const [, file] of readme.matchAll(/`((?:app|main|preload)\/[\w.]+)`/g))
    assert.ok(existsSync(path.join(example, file)), file);
});
