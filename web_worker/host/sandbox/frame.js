/** Level `origin`: an opaque-origin frame that compiles once and starts and ends workers for us. */
import { readFrameMessage } from "../checks/frame.js";
import { bootError, disposedError } from "../wire/errors.js";
import { look, whyNoFrame } from "./diagnosis.js";
import { Heartbeat } from "./heartbeat.js";
import { directivesOf } from "./policies.js";
import { bringsSandbox } from "./service_worker.js";

/** Time for the frame's first message; another page in its place sends none. */
const HELLO_MS = 5000;

const SERVED_HINT =
  "frame.htm must be served as it was built, with no Content-Security-Policy header that lacks 'wasm-unsafe-eval'";

/**
 * @typedef {object} Sandbox
 * @property {(generation: number, options: object, isCold: boolean) => MessagePort} spawn the port of a
 *   new worker; a cold one boots without the snapshot
 * @property {(generation: number) => void} end terminates a worker, whatever it is doing
 * @property {(listener: (generation: number, message?: string) => void) => void} onWorkerError
 * @property {(listener: (message: string) => void) => void} onLost called once when the sandbox itself is gone
 * @property {() => Promise<boolean>} isAlive whether the sandbox itself answers
 * @property {() => void} close
 */

/**
 * @typedef {object} FrameAssets see `Assets`
 * @property {URL} frameUrl
 * @property {Promise<unknown>} frame
 * @property {Promise<Blob>} worker
 * @property {Promise<Blob>} unverifiedWasm
 * @property {Promise<Blob>} wasm
 * @property {Promise<object>} files what every worker is started with
 * @property {Promise<unknown>} whole
 */

/**
 * @param {FrameAssets} assets
 * @param {number} bootMs
 * @param {AbortSignal} [signal] cancels it
 * @returns {Promise<Sandbox>}
 */
export async function openFrame(assets, bootMs, signal) {
  const frame = createFrame();
  const channel = new MessageChannel();
  try {
    await Promise.all([assets.whole, setUp(frame, channel, assets, { bootMs, signal })]);
  } catch (error) {
    frame.remove();
    channel.port1.close();
    throw error;
  }
  return sandboxOver(frame, channel.port1);
}

function createFrame() {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.hidden = true;
  // Added before it has a source: if it is removed after a failure, it loads nothing.
  (document.body ?? document.documentElement).append(frame);
  return frame;
}

/**
 * @typedef {{bootMs: number, signal?: AbortSignal}} Terms how long a step may take, and a signal that cancels it
 *
 * @param {HTMLIFrameElement} frame
 * @param {URL} url
 * @param {Terms} terms
 */
function untilLoaded(frame, url, terms) {
  return step(
    () => silence(url),
    terms,
    (resolve, reject) => {
      frame.addEventListener("load", resolve, { once: true });
      frame.src = url.href;
      return whenRefused(url, reject);
    },
  );
}

/**
 * The error of a frame that does not answer.
 * @param {URL} url
 */
async function silence(url) {
  const [why, hint] = whyNoFrame(await look(url)) ?? ["no reason can be seen from this page", SERVED_HINT];
  return bootError(`the sandbox frame ${url} does not answer: ${why}`, hint);
}

/** @param {URL} url */
const policyHint = ({ origin }) =>
  `the page's Content-Security-Policy must allow it: frame-src ${origin === "null" ? "'self'" : origin}`;

/**
 * Hear of it when the page's policy refuses the frame. A refused frame loads an empty page: the browser may report the
 * refusal before or after that.
 * @param {URL} url
 * @param {(error: Error) => void} reject
 * @returns {() => void} stops listening
 */
function whenRefused(url, reject) {
  const refused = (/** @type {SecurityPolicyViolationEvent} */ event) => {
    if (!event.effectiveDirective.startsWith("frame-src")) return;
    const inForce = ["frame-src", "child-src", "default-src"].find(
      (name) => directivesOf(event.originalPolicy, name)[0],
    );
    const message = `the page does not allow the sandbox frame ${url}: ${inForce} of its Content-Security-Policy`;
    reject(bootError(message, policyHint(url)));
  };
  document.addEventListener("securitypolicyviolation", refused);
  return () => document.removeEventListener("securitypolicyviolation", refused);
}

/**
 * Open the frame and send it each part when it is loaded.
 * @param {HTMLIFrameElement} frame
 * @param {MessageChannel} channel
 * @param {FrameAssets} assets
 * @param {Terms} terms
 */
async function setUp(frame, { port1: control, port2 }, assets, terms) {
  const [isSandboxed] = await Promise.all([bringsSandbox(assets.frameUrl), assets.frame]);
  if (isSandboxed) frame.removeAttribute("sandbox");
  await untilLoaded(frame, assets.frameUrl, terms);
  frame.contentWindow?.postMessage({ kind: "open" }, "*", [port2]);
  await untilAnswered(control, assets.frameUrl, "opened", { ...terms, bootMs: Math.min(terms.bootMs, HELLO_MS) });
  const handOver = (/** @type {object} */ message) => control.postMessage(message);
  const isSent = Promise.all([
    assets.worker.then((worker) => handOver({ kind: "worker", worker })),
    assets.unverifiedWasm.then((wasm) => handOver({ kind: "wasm", wasm })),
  ]);
  const [files] = await Promise.all([assets.files, assets.wasm, isSent]);
  handOver({ kind: "files", files });
  await untilAnswered(control, assets.frameUrl, "set-up", terms);
}

/**
 * The frame answers twice: when it has opened, and when it has everything.
 * @param {MessagePort} control
 * @param {URL} url the frame's
 * @param {"opened" | "set-up"} answer
 * @param {Terms} terms
 */
function untilAnswered(control, url, answer, terms) {
  const late = () =>
    answer === "opened" ? silence(url) : bootError("the sandbox frame does not compile in time", SERVED_HINT);
  return step(late, terms, (resolve, reject) => {
    control.onmessage = ({ data }) => {
      const { kind, message } = readFrameMessage(data) ?? {};
      if (kind === answer) resolve(undefined);
      else if (kind === "failed") {
        reject(bootError(`WebAssembly does not compile in the sandbox frame: ${message}`, SERVED_HINT));
      }
    };
    return whenRefused(url, reject);
  });
}

/**
 * A step with a deadline that can be cancelled.
 * @param {() => Error | Promise<Error>} late the error when its time is up; what comes while it is made still counts
 * @param {Terms} terms
 * @param {(resolve: (value: unknown) => void, reject: (error: Error) => void) => () => void} begin returns its
 *   clean-up, which runs however the step ends
 */
function step(late, { bootMs, signal }, begin) {
  /** @type {(() => void)[]} */
  const ends = [];
  const whole = new Promise((resolve, reject) => {
    const timer = setTimeout(() => Promise.resolve(late()).then(reject, reject), bootMs);
    const giveUp = () => reject(disposedError());
    if (signal?.aborted) giveUp();
    signal?.addEventListener("abort", giveUp);
    ends.push(
      () => clearTimeout(timer),
      () => signal?.removeEventListener("abort", giveUp),
      begin(resolve, reject),
    );
  });
  return whole.finally(() => {
    for (const end of ends) end();
  });
}

/**
 * @param {Pick<HTMLIFrameElement, "remove">} frame
 * @param {MessagePort} control
 * @returns {Sandbox}
 */
export function sandboxOver(frame, control) {
  /** @type {(generation: number, message?: string) => void} */
  let failed = () => {};
  /** @type {(message: string) => void} */
  let lost = () => {};
  const heartbeat = new Heartbeat({
    ask: () => control.postMessage({ kind: "ping" }),
    onLost: () => lost("the sandbox frame does not answer any more: its process has ended"),
  });
  control.onmessage = ({ data }) => {
    const { kind, generation = 0, message } = readFrameMessage(data) ?? {};
    if (kind === "worker-error") failed(generation, message);
    if (kind === "pong") heartbeat.heard();
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
    isAlive: () => heartbeat.isAlive(),
    close() {
      heartbeat.stop();
      control.close();
      frame.remove();
    },
  };
}
