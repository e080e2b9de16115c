/** Clocks, and waiting for them or for streams. */
import { wasi } from "@bjorn3/browser_wasi_shim";
import { now } from "../files/nodes.js";

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const LONGEST_WAIT_MS = 2 ** 30;

const CLOCKS = new Map([
  [wasi.CLOCKID_REALTIME, now],
  [wasi.CLOCKID_MONOTONIC, () => BigInt(Math.round(performance.now() * 1000)) * 1000n],
]);

/** Nobody else has it: waiting for it to change is sleeping. Without it, waiting takes processor time. */
const sleeper = shared();

function shared() {
  try {
    return new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  } catch {
    return null;
  }
}

/**
 * @param {import("./memory.js").Memory} memory
 * @returns {import("./memory.js").Functions}
 */
export function clocks(memory) {
  return {
    clock_res_get(id, at) {
      if (!CLOCKS.has(id)) return wasi.ERRNO_BADF;
      memory.view.setBigUint64(at, 1n, true);
      return wasi.ERRNO_SUCCESS;
    },
    clock_time_get(id, _, at) {
      const clock = CLOCKS.get(id);
      if (clock === undefined) return wasi.ERRNO_BADF;
      memory.view.setBigUint64(at, clock(), true);
      return wasi.ERRNO_SUCCESS;
    },
  };
}

/**
 * Something that a guest waits for.
 * @typedef {object} Subscription
 * @property {bigint} mark which the guest gets back
 * @property {number} type
 * @property {number} error
 * @property {number} waitMs 0 for what is there at once
 */

/**
 * @param {import("./memory.js").Memory} memory
 * @param {(fd: number) => boolean} isOpen
 * @param {(ms: number) => void} beforeWait called before a wait that takes time
 * @returns {import("./memory.js").Functions[string]}
 */
export function pollOneoff(memory, isOpen, beforeWait) {
  return (from, to, count, out) => {
    if (count === 0) return wasi.ERRNO_INVAL;
    const all = Array.from({ length: count }, (_, number) =>
      read(new DataView(memory.bytes(from + number * SUBSCRIPTION_BYTES, SUBSCRIPTION_BYTES).slice().buffer), isOpen),
    );
    const soonest = Math.min(...all.map(({ waitMs }) => waitMs));
    if (soonest > 0) beforeWait(soonest);
    wait(soonest);
    const due = all.filter(({ waitMs }) => waitMs <= soonest);
    for (const [number, event] of due.entries()) write(memory.bytes(to + number * EVENT_BYTES, EVENT_BYTES), event);
    memory.view.setUint32(out, due.length, true);
    return wasi.ERRNO_SUCCESS;
  };
}

/**
 * @param {DataView} view
 * @param {(fd: number) => boolean} isOpen
 * @returns {Subscription}
 */
function read(view, isOpen) {
  const common = { mark: view.getBigUint64(0, true), type: view.getUint8(8) };
  if (common.type !== wasi.EVENTTYPE_CLOCK) {
    const error = isOpen(view.getUint32(16, true)) ? wasi.ERRNO_SUCCESS : wasi.ERRNO_BADF;
    return { ...common, error, waitMs: 0 };
  }
  const clock = CLOCKS.get(view.getUint32(16, true));
  if (clock === undefined) return { ...common, error: wasi.ERRNO_INVAL, waitMs: 0 };
  const time = view.getBigUint64(24, true);
  const isAbsolute = (view.getUint16(40, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0;
  const waitMs = Number(isAbsolute ? time - clock() : time) / 1e6;
  return { ...common, error: wasi.ERRNO_SUCCESS, waitMs: Math.max(0, waitMs) };
}

/**
 * @param {Uint8Array} bytes
 * @param {Subscription} event
 */
function write(bytes, { mark, type, error }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.fill(0);
  view.setBigUint64(0, mark, true);
  view.setUint16(8, error, true);
  view.setUint8(10, type);
  if (type === wasi.EVENTTYPE_FD_READ) view.setBigUint64(16, 1n, true);
}

/** @param {number} ms */
function wait(ms) {
  const until = performance.now() + ms;
  for (let left = ms; left > 0; left = until - performance.now()) {
    if (sleeper !== null) Atomics.wait(sleeper, 0, 0, Math.min(left, LONGEST_WAIT_MS));
  }
}
