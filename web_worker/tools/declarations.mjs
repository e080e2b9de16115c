/**
 * Writes the client's types from its JSDoc; called by the build with one JSON document on stdin:
 * {root, outdir}. They land in outdir/types, and outdir/client.d.ts points there.
 */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readInput } from "./stdin.mjs";

const { root, outdir } = await readInput();
const types = path.join(outdir, "types");
const options = [
  ..."--ignoreConfig --allowJs --declaration --emitDeclarationOnly --skipLibCheck --resolveJsonModule".split(" "),
  ..."--target es2022 --module esnext --moduleResolution bundler --lib es2023,dom,dom.iterable".split(" "),
  ...["--outDir", types, "--rootDir", path.join(root, "web_worker")],
];
const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
declare("host/client.js", "");
declare("processes/host/processes.js", "");
declare("processes/node/processes.js", "node");
declare("service/node.js", "node");
await copyTypes("generated", ["abi.d.ts", "validators.d.ts"]);
await copyTypes("service/generated", ["rpc.d.ts"]);
await writeFile(
  path.join(outdir, "client.d.ts"),
  'export * from "./types/host/client.js";\nexport type * from "./abi.js";\n',
);
await writeFile(
  path.join(outdir, "processes.d.ts"),
  'export * from "./types/processes/host/processes.js";\nexport type * from "./abi.js";\n',
);
await writeFile(
  path.join(outdir, "processes_node.d.ts"),
  'export * from "./types/processes/node/processes.js";\nexport type * from "./abi.js";\n',
);
await writeFile(
  path.join(outdir, "service.d.ts"),
  'export * from "./types/service/node.js";\nexport type * from "./types/service/generated/rpc.js";\n',
);
process.stdout.write(JSON.stringify({ types }));

/**
 * @param {string} entry below web_worker/
 * @param {string} ambient types it may rely on
 */
function declare(entry, ambient) {
  const command = [compiler, path.join(root, "web_worker", entry), ...options, "--types", ambient];
  const done = spawnSync(process.execPath, command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (done.status === 0) return;
  const [first = `ended with ${done.status ?? done.signal}`] = `${done.stdout}\n${done.stderr}`.trim().split("\n");
  throw done.error ?? new Error(`tsc: ${first}`);
}

/**
 * @param {string} folder below web_worker/
 * @param {string[]} names of types that tsc takes as given and does not copy
 */
async function copyTypes(folder, names) {
  await mkdir(path.join(types, folder), { recursive: true });
  for (const name of names) await copyFile(path.join(root, "web_worker", folder, name), path.join(types, folder, name));
}
