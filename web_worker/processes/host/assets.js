/** The files that processes need of the built folder. */
import { addressOf, bring, openDelivery } from "../../host/sandbox/delivery.js";
import { withMemoryLimit } from "./memory_limit.js";

/** Python as a WASI module. */
export const PYTHON_FILE = "python.wasm";
const WORKER_FILE = "processes.bin";
const HINT = "build the folder with `pybridge build --processes`";

/**
 * @param {import("../../host/sandbox/asset_source.js").AssetsOption} assets
 * @param {number} bootMs
 * @param {number} memoryBytes of Python
 * @param {boolean} isFresh whether the server is asked for what a cache has
 * @returns {import("../../host/sandbox/frame.js").FrameAssets & {python: Promise<Blob>, stop: () => void}}
 */
export function openAssets(assets, bootMs, memoryBytes, isFresh) {
  const stopping = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(bootMs), stopping.signal]);
  const delivery = openDelivery(assets, signal, isFresh);
  const [frame, worker, python] = ["frame.htm", WORKER_FILE, PYTHON_FILE].map((name) => bring(delivery, name, HINT));
  const limited = python.received.then((wasm) => withMemoryLimit(wasm, memoryBytes));
  const files = Promise.all([frame.verified, worker.verified, python.verified]);
  const parts = {
    frame: frame.verified,
    worker: worker.verified,
    unverifiedWasm: limited,
    wasm: python.verified,
    files: files.then(() => ({})),
    python: python.verified,
  };
  const whole = Promise.all(Object.values(parts));
  // A part that fails rejects for its reader; without a reader it must not be reported as unhandled.
  for (const part of [...Object.values(parts), whole]) part.catch(() => {});
  return { ...parts, whole, frameUrl: addressOf(delivery, "frame.htm"), stop: () => stopping.abort() };
}
