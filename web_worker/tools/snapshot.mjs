/**
 * Takes the memory snapshot of a booted engine; called by the build with one JSON document on stdin:
 * {pyodide, engine, scripts, packages, outfile}. Prints {bytes, heapBytes, pages, buildId, scripts} on stdout, the
 * scripts as script.v1.
 *
 * `packages` is the image of packages that scripts may import, or null. The scripts are compiled, never run: Node is not a sandbox. What is written holds only the pages of the
 * heap that are not zero:
 *
 *     "PBSNAP01"  u32 header length, u32 heap length, u32 page count, u32 zero
 *     u32 number of each page          the snapshot's own header          the pages, 4096 bytes each
 */
import "./repeatable.mjs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { readInput } from "./stdin.mjs";

const PAGE = 4096;
/** Bytes of the largest block that clears freed memory; each further one is smaller by the smallest. */
const LARGEST_BLOCK = 2 ** 18;
const SMALLEST_BLOCK = 64;
/** Restoring more than this fails in Pyodide. */
const HEAP_LIMIT = 30 * 2 ** 20;
const ENGINE_ZIP = "/lib/pybridge_engine.zip";
const PACKAGES = "/lib/packages.bin";

const { pyodide: folder, engine, scripts, packages, outfile } = await readInput();
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
const { info } = JSON.parse(await readFile(path.join(folder, "pyodide-lock.json"), "utf8"));

const pyodide = await loadPyodide({
  indexURL: folder,
  packageBaseUrl: "https://pyodide.invalid/",
  lockFileContents: { info, packages: {} },
  _makeSnapshot: true,
  jsglobals: Object.create(null),
  enableRunUntilComplete: false,
  env: { HOME: "/", PYTHONHASHSEED: "0", TZ: "UTC", LANG: "C.UTF-8" },
  stdin: () => null,
  stdout: () => {},
  stderr: () => {},
});
pyodide.FS.writeFile(ENGINE_ZIP, await readFile(engine));
pyodide._api.sys.path.append(ENGINE_ZIP);
const worker = pyodide.pyimport("pybridge_worker");
const known = JSON.parse(worker.prepare(JSON.stringify(scripts)));
if (packages !== null) {
  pyodide.FS.writeFile(PACKAGES, await readFile(packages));
  worker.add_packages(PACKAGES);
  pyodide.FS.unlink(PACKAGES);
}
worker.destroy();
clearFreedMemory(pyodide._module);

const { bytes, facts } = pack(pyodide.makeMemorySnapshot());
await writeFile(outfile, bytes);
process.stdout.write(JSON.stringify({ ...facts, buildId: pyodide._api.config.BUILD_ID, scripts: known }));

/**
 * Fills what was allocated and freed with zeros: `free` leaves the bytes where they were, and they would be part of the
 * snapshot. Large blocks come first, each as large as what is free: a block's own header is not zero.
 *
 * @param {{ _malloc(size: number): number, _free(at: number): void, _sbrk(by: number): number, HEAPU8: Uint8Array }} memory
 */
function clearFreedMemory(memory) {
  const end = memory._sbrk(0);
  const taken = [];
  for (let size = LARGEST_BLOCK; size > 0; size -= SMALLEST_BLOCK) {
    let at = memory._malloc(size);
    for (; at !== 0 && at + size <= end; at = memory._malloc(size)) {
      memory.HEAPU8.fill(0, at, at + size);
      taken.push(at);
    }
    memory._free(at);
  }
  for (const at of taken) memory._free(at);
}

/** @param {Uint8Array} snapshot */
function pack(snapshot) {
  const head = new Uint32Array(snapshot.buffer, snapshot.byteOffset, 4);
  const headLength = head[1];
  const heap = snapshot.subarray(headLength);
  if (heap.length > HEAP_LIMIT)
    throw new Error(`the snapshot's heap has ${heap.length} bytes, ${HEAP_LIMIT} can be restored`);
  const pages = [];
  for (let page = 0; page * PAGE < heap.length; page += 1) {
    if (!isZero(heap.subarray(page * PAGE, (page + 1) * PAGE))) pages.push(page);
  }
  const bytes = Buffer.concat([
    Buffer.from("PBSNAP01"),
    Buffer.from(Uint32Array.of(headLength, heap.length, pages.length, 0).buffer),
    Buffer.from(Uint32Array.from(pages).buffer),
    Buffer.from(snapshot.subarray(0, headLength)),
    ...pages.map((page) => Buffer.from(heap.subarray(page * PAGE, (page + 1) * PAGE))),
  ]);
  return { bytes, facts: { bytes: bytes.length, heapBytes: heap.length, pages: pages.length } };
}

/** @param {Uint8Array} page */
function isZero(page) {
  return page.every((byte) => byte === 0);
}
