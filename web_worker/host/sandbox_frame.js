/** Level `origin`: an opaque-origin frame that compiles once and starts and ends workers for us. */
import { bootError, disposedError } from "./errors.js";
import { Pulse } from "./pulse.js";

/**
 * @typedef {object} Sandbox
 * @property {(generation: number, options: object, isCold: boolean) => MessagePort} spawn the port of a
 *   new worker; a cold one boots without the snapshot
 * @property {(generation: number) => void} end terminates a worker, whatever it is doing
 * @property {(listener: (generation: number, message?: string) => void) => void} onWorkerError
 * @property {(listener: (message: string) => void) => void} onLost told once when the sandbox itself is gone
 * @property {() => Promise<boolean>} isAlive whether the sandbox itself answers
 * @property {() => void} close
 */

/**
 * @param {import("./assets.js").Assets} assets
 * @param {number} bootMs
 * @param {AbortSignal} [signal] gives it up
 * @returns {Promise<Sandbox>}
 */
export async function openFrame(assets, bootMs, signal) {
  const frame = createFrame();
  const channel = new MessageChannel();
  try {
    const steps = Promise.all([assets.whole, setUp(frame, channel, assets, bootMs)]);
    await orGivenUp(steps, signal);
  } catch (error) {
    frame.remove();
    channel.port1.close();
    throw error;
  }
  return sandboxOver(frame, channel.port1);
}

/**
 * @param {Promise<unknown>} step
 * @param {AbortSignal | undefined} signal
 */
function orGivenUp(step, signal) {
  if (signal === undefined) return step;
  return new Promise((resolve, reject) => {
    const refuse = () => reject(disposedError());
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
    step.then(resolve, reject).finally(() => signal.removeEventListener("abort", refuse));
  });
}

function createFrame() {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.hidden = true;
  // It is there from the start, empty: removed after a failure, it opens nothing any more.
  (document.body ?? document.documentElement).append(frame);
  return frame;
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {URL} url
 * @param {number} bootMs
 */
function untilLoaded(frame, url, bootMs) {
  return new Promise((resolve, reject) => {
    const hint = `the page's Content-Security-Policy must allow it: frame-src ${url.origin === "null" ? "'self'" : url.origin}`;
    const timer = setTimeout(() => settle(() => reject(bootError(`${url} did not load in time`, hint))), bootMs);
    const refused = (/** @type {SecurityPolicyViolationEvent} */ event) => {
      if (!event.effectiveDirective.startsWith("frame-src")) return;
      settle(() => reject(bootError(`the page does not allow the sandbox frame ${url}`, hint)));
    };
    document.addEventListener("securitypolicyviolation", refused);
    frame.addEventListener("load", () => settle(() => resolve(undefined)), { once: true });
    frame.src = url.href;

    /** @param {() => void} outcome */
    function settle(outcome) {
      clearTimeout(timer);
      document.removeEventListener("securitypolicyviolation", refused);
      outcome();
    }
  });
}

/**
 * Open the frame and hand it each part as it comes.
 * @param {HTMLIFrameElement} frame
 * @param {MessageChannel} channel
 * @param {import("./assets.js").Assets} assets
 * @param {number} bootMs
 */
async function setUp(frame, { port1: control, port2 }, assets, bootMs) {
  await assets.frame;
  await untilLoaded(frame, assets.frameUrl, bootMs);
  frame.contentWindow?.postMessage({ kind: "open" }, "*", [port2]);
  const handOver = (/** @type {object} */ message) => control.postMessage(message);
  const isSent = Promise.all([
    assets.worker.then((worker) => handOver({ kind: "worker", worker })),
    assets.unverifiedWasm.then((wasm) => handOver({ kind: "wasm", wasm })),
  ]);
  const [files] = await Promise.all([assets.files, assets.wasm, isSent]);
  handOver({ kind: "files", files });
  await untilSetUp(control, bootMs);
}

/**
 * @param {MessagePort} control
 * @param {number} bootMs
 */
function untilSetUp(control, bootMs) {
  return new Promise((resolve, reject) => {
    const hint =
      "frame.html must be served as it was built, with no Content-Security-Policy header that lacks 'wasm-unsafe-eval'";
    const timer = setTimeout(() => reject(bootError("the sandbox frame does not answer", hint)), bootMs);
    control.onmessage = ({ data }) => {
      clearTimeout(timer);
      if (data.kind === "set-up") resolve(undefined);
      else reject(bootError(`WebAssembly does not compile in the sandbox frame: ${data.message}`, hint));
    };
  });
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {MessagePort} control
 * @returns {Sandbox}
 */
function sandboxOver(frame, control) {
  /** @type {(generation: number, message?: string) => void} */
  let failed = () => {};
  /** @type {(message: string) => void} */
  let lost = () => {};
  const pulse = new Pulse({
    ask: () => control.postMessage({ kind: "ping" }),
    onLost: () => lost("the sandbox frame does not answer any more: its process has ended"),
  });
  control.onmessage = ({ data }) => {
    if (data.kind === "worker-error") failed(data.generation, data.message);
    if (data.kind === "pong") pulse.heard();
  };
  return {
    spawn(generation, options, isCold) {
      const { port1, port2 } = new MessageChannel();
      control.postMessage({ kind: "spawn", generation, options, isCold }, [port2]);
      return port1;
    },
    end: (generation) => control.postMessage({ kind: "end", generation }),
    onWorkerError: (listener) => {
      failed = listener;
    },
    onLost: (listener) => {
      lost = listener;
    },
    isAlive: () => pulse.isAlive(),
    close() {
      pulse.stop();
      control.close();
      frame.remove();
    },
  };
}
