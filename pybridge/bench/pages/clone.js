/**
 * Baseline: the whole snapshot, zeros and all, cloned into every worker and restored by Pyodide itself.
 */
const PAGE = 4096;
const workers = [];

/** Undo what leaves the zeros out of the file; web_worker/tools/snapshot.mjs has its format. */
function whole(buffer) {
  const [headBytes, heapBytes, count] = new Uint32Array(buffer, 8, 3);
  const pages = new Uint32Array(buffer, 24, count);
  const headStart = 24 + count * 4;
  const bytes = new Uint8Array(headBytes + heapBytes);
  bytes.set(new Uint8Array(buffer, headStart, headBytes));
  pages.forEach((page, index) => {
    bytes.set(new Uint8Array(buffer, headStart + headBytes + index * PAGE, PAGE), headBytes + page * PAGE);
  });
  return bytes;
}

function started(snapshot) {
  const worker = new Worker(new URL("clone_worker.js", import.meta.url), { type: "module" });
  workers.push(worker);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data === "ready" ? resolve() : reject(new Error(data)));
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not load"));
    worker.postMessage(snapshot);
  });
}

globalThis.bench = {
  /** Start *count* workers, one after the other. */
  async start(count) {
    const snapshot = whole(await (await fetch("/pybridge/snapshot.bin")).arrayBuffer());
    for (let number = 0; number < count; number += 1) await started(snapshot);
  },
};
