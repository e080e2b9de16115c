/** The files that processes need of the built folder. */
import { addressOf, bring, openDelivery } from "../../host/sandbox/delivery.js";
import { withLimits } from "./module_limits.js";

const WORKER_FILE = "processes.bin";

/**
 * @typedef {import("./runtimes.js").Runtime} Runtime
 *
 * @typedef {object} ProcessAssets
 * @property {(runtime: Runtime) => Promise<boolean>} has whether the folder has that Python
 * @property {(runtime: Runtime) => Promise<Blob>} wasmOf its verified module
 * @property {() => void} stop
 */

/**
 * @param {import("../../host/sandbox/asset_source.js").AssetsOption} assets
 * @param {number} bootMs
 * @param {{runtime: Runtime, memoryBytes: number}} first the Python that the sandbox compiles
 * @param {boolean} isFresh whether the server is asked for what a cache has
 * @returns {import("../../host/sandbox/frame.js").FrameAssets & ProcessAssets}
 */
export function openAssets(assets, bootMs, { runtime, memoryBytes }, isFresh) {
  const stopping = new AbortController();
  const inTime = () => AbortSignal.any([AbortSignal.timeout(bootMs), stopping.signal]);
  const delivery = openDelivery(assets, inTime(), isFresh);
  const [frame, worker, python] = ["frame.htm", WORKER_FILE, runtime.file].map((name) =>
    bring(delivery, name, runtime.hint),
  );
  const limited = python.received.then((wasm) => withLimits(wasm, memoryBytes));
  const files = Promise.all([frame.verified, worker.verified, python.verified]);
  const parts = {
    frame: frame.verified,
    worker: worker.verified,
    unverifiedWasm: limited,
    wasm: python.verified,
    files: files.then(() => ({})),
  };
  const whole = Promise.all(Object.values(parts));
  // A part that fails rejects for its reader; without a reader it must not be reported as unhandled.
  for (const part of [...Object.values(parts), whole]) part.catch(() => {});
  return {
    ...parts,
    whole,
    frameUrl: addressOf(delivery, "frame.htm"),
    has: async ({ file }) => (await delivery.manifest).files[file] !== undefined,
    wasmOf: async (other) =>
      other === runtime ? python.verified : bring({ ...delivery, signal: inTime() }, other.file, other.hint).verified,
    stop: () => stopping.abort(),
  };
}
