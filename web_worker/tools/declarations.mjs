/**
 * Writes the client's types from its JSDoc; called by the build with one JSON document on stdin:
 * {root, outdir}. They land in outdir/types, and outdir/client.d.ts points there.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readInput } from "./stdin.mjs";

const { root, outdir } = await readInput();
const types = path.join(outdir, "types");
const options = [
  ..."--ignoreConfig --allowJs --declaration --emitDeclarationOnly --skipLibCheck --resolveJsonModule".split(" "),
  ..."--target es2022 --module esnext --moduleResolution bundler --lib es2023,dom,dom.iterable".split(" "),
  ...["--types", "", "--outDir", types, "--rootDir", path.join(root, "web_worker")],
];
const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
const entry = path.join(root, "web_worker", "host", "client.js");
execFileSync(process.execPath, [compiler, entry, ...options], { stdio: ["ignore", "inherit", "inherit"] });

await mkdir(path.join(types, "generated"), { recursive: true });
for (const name of ["abi.d.ts", "validators.d.ts"]) {
  await copyFile(path.join(root, "web_worker", "generated", name), path.join(types, "generated", name));
}
await writeFile(
  path.join(outdir, "client.d.ts"),
  'export * from "./types/host/client.js";\nexport type * from "./abi.js";\n',
);
process.stdout.write(JSON.stringify({ types }));
