/**
 * The client a renderer uses: `PythonRuntime`.
 * @import { Call, Outcome, SourceDocument, RenderedDocument, ScriptInfo, Limits, PreviewText, TransformPost, TransformOutcome, Checked, Ran, Ready } from "../generated/abi.js"
 */
import { ABI_VERSION, PYBRIDGE_VERSION } from "../generated/facts.js";
import { checkScript } from "./batches/check.js";
import { renderDocuments } from "./batches/document_rounds.js";
import { perDomain } from "./batches/per_domain.js";
import { previewCalls } from "./batches/previews.js";
import { renderCalls } from "./batches/render_calls.js";
import { runProgram } from "./batches/run.js";
import { transformInDomains } from "./batches/transform_rounds.js";
import { open } from "./opening.js";
import { pythonIsOff } from "./rollout.js";
import { stream } from "./streams.js";
import { bounded, requireScripts } from "./wire/arguments.js";
import { PybridgeError, disposedError } from "./wire/errors.js";
import { endOf, withinHost } from "./wire/limits.js";
import { requireIterable, requireOptions, requirePaths, requireProgram, requireSource } from "./wire/options.js";
import { JobQueue } from "./workers/job_queue.js";

export { ABI_VERSION, PYBRIDGE_VERSION, PybridgeError };

const PREPARING = { isPreparing: true };

/** @typedef {import("./opening.js").StartOptions} StartOptions */

/** Python for a renderer: one per page is enough, calls are queued. */
export class PythonRuntime {
  #parts;
  #jobs;
  #isDisposed = false;

  /** @param {import("./opening.js").Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { domains } = parts;
    const { common } = domains;
    this.#jobs = new JobQueue(
      () => common.replenish(),
      () => domains.recycle(),
    );
    // Prepare a worker for the next call, even where no call waits now.
    common.onLost = () => {
      this.#enqueue(() => common.take()).catch(() => {});
    };
  }

  /**
   * Load the built folder, open the sandbox, and wait until the first worker is ready. With mode `off` nothing is loaded
   * or started, so that nothing can fail.
   *
   * @param {StartOptions} options
   * @returns {Promise<PythonRuntime>}
   * @throws {PybridgeError} `boot` when an asset is missing or damaged or the sandbox does not start,
   *   `isolation` when it starts but does not hold, `abi` for a caller of another version
   */
  static async start(options) {
    const { parts, scripts } = await open(options);
    const runtime = new PythonRuntime(parts);
    if (parts.rollout.mode === "off") return runtime;
    try {
      await runtime.load(scripts);
    } catch (error) {
      runtime.dispose();
      throw error;
    }
    runtime.#jobs.started();
    return runtime;
  }

  /**
   * Load scripts; those that did not change are not sent again. Scripts of different trust domains never share a
   * worker; a script whose domain changes is moved.
   *
   * @param {readonly import("./wire/arguments.js").DomainScript[]} scripts
   * @returns {Promise<ScriptInfo[]>} metadata of each, with its problems; a bad script does not stop the others
   */
  load(scripts) {
    if (this.#isOff) return Promise.resolve([]);
    return this.#enqueue(async () => {
      requireScripts(scripts);
      return this.#parts.domains.load(scripts);
    }, PREPARING);
  }

  /**
   * Forget scripts.
   * @param {readonly string[]} paths
   */
  unload(paths) {
    if (this.#isOff) return Promise.resolve();
    return this.#enqueue(async () => {
      requirePaths(paths);
      return this.#parts.domains.unload(paths);
    });
  }

  /** @param {{limits?: Partial<Limits>}} options of one call */
  #within({ limits }) {
    return withinHost(this.#parts.limits, limits);
  }

  get #isOff() {
    return this.#parts.rollout.mode === "off";
  }

  /**
   * Render calls; thousands in one batch are fine. With mode `off` or `shadow` the host's fallback answers.
   *
   * @param {readonly Call[]} calls
   * @param {{limits?: Partial<Limits>, signal?: AbortSignal, onProgress?: (done: number, total: number) => void}} [options]
   * @returns {Promise<Outcome[]>} one per call, in order: `{result}` or `{error}`; a call that fails does not reject the batch
   */
  async renderMany(calls, options = {}) {
    const { limits, rollout } = this.#parts;
    requireOptions("renderMany", options);
    bounded(calls, limits);
    if (rollout.mode === "on") return this.#enqueue(() => this.#render(calls, options));
    if (this.#isDisposed) throw disposedError();
    if (rollout.mode === "off") return rollout.answer(calls);
    return rollout.shadow(calls, (kept) => this.#enqueue(() => this.#render(kept, {})));
  }

  /**
   * @param {readonly Call[]} calls
   * @param {{limits?: Partial<Limits>, signal?: AbortSignal, onProgress?: (done: number, total: number) => void}} options
   */
  #render(calls, options) {
    const { limits, sanitiser, stats } = this.#parts;
    return this.#perDomain(calls, this.#within(options), options, (pool, own, terms) =>
      renderCalls({ pool, limits, sanitiser, stats }, own, terms),
    );
  }

  /**
   * @param {readonly Call[]} calls
   * @param {import("./wire/limits.js").Limits} limits of this batch
   * @param {import("./batches/per_domain.js").Options} options
   * @param {import("./batches/per_domain.js").Work} work
   */
  #perDomain(calls, limits, options, work) {
    return perDomain(this.#parts.domains, bounded(calls, limits), { ...options, endsAt: endOf(limits) }, work);
  }

  /**
   * Render an endless or very long source of calls: outcomes arrive while the rest runs, and a consumer that pauses
   * pauses the worker and the source.
   *
   * @param {Iterable<Call> | AsyncIterable<Call>} calls
   * @param {{limits?: Partial<Limits>, signal?: AbortSignal}} [options]
   * @returns {AsyncGenerator<Outcome, void, void>} one per call, in order; throws `cancelled` when *signal* ends it
   */
  async *renderStream(calls, options = {}) {
    requireOptions("renderStream", options);
    requireIterable("renderStream", calls);
    const render = (/** @type {Call[]} */ window, /** @type {AbortSignal} */ signal) =>
      this.renderMany(window, { ...options, signal });
    yield* stream(calls, render, options.signal);
  }

  /**
   * The short texts that an editor shows in place of macros.
   *
   * @param {readonly Call[]} calls
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<PreviewText[]>} one per call, in order: `{text}` or `{error}`
   */
  preview(calls, options = {}) {
    const { limits } = this.#parts;
    return this.#enqueue(async () => {
      requireOptions("preview", options);
      return this.#perDomain(calls, limits, options, (pool, own, terms) => previewCalls({ pool, limits }, own, terms));
    });
  }

  /**
   * Send a post through the enabled transforms. One that fails or takes too long is skipped.
   *
   * @param {Pick<TransformPost, "title" | "content"> & Partial<TransformPost>} post is not changed
   * @param {Record<string, unknown>} [context] where it comes from, for the transforms
   * @param {import("./batches/transform.js").TransformOptions} [options]
   * @returns {Promise<TransformOutcome>}
   * @throws {PybridgeError} `schema` for an invalid post
   */
  transform(post, context = {}, options = {}) {
    return this.#enqueue(async () => {
      requireOptions("transform", options);
      return transformInDomains(this.#parts, post, context, options);
    });
  }

  /**
   * Render the macros of documents.
   *
   * @param {readonly SourceDocument[]} documents
   * @param {import("./batches/render_documents.js").DocumentOptions} [options]
   * @returns {Promise<RenderedDocument[]>} one per document, in order
   */
  renderDocuments(documents, options = {}) {
    return this.#enqueue(async () => {
      requireOptions("renderDocuments", options);
      return renderDocuments(this.#parts, bounded(documents, this.#within(options)), options);
    });
  }

  /**
   * Render an endless or very long source of documents, as `renderStream` does with calls.
   *
   * @param {Iterable<SourceDocument> | AsyncIterable<SourceDocument>} documents
   * @param {Omit<import("./batches/render_documents.js").DocumentOptions, "onProgress">} [options]
   * @returns {AsyncGenerator<RenderedDocument, void, void>} one per document, in order
   */
  async *renderDocumentsStream(documents, options = {}) {
    requireOptions("renderDocumentsStream", options);
    requireIterable("renderDocumentsStream", documents);
    const render = (/** @type {SourceDocument[]} */ window, /** @type {AbortSignal} */ signal) =>
      this.renderDocuments(window, { ...options, signal });
    yield* stream(documents, render, options.signal);
  }

  /**
   * Run a utility script.
   * @param {{path: string, content: string} | {slug: string}} script
   * @param {import("./batches/run.js").RunOptions} [options]
   * @returns {Promise<Omit<Ran, "kind" | "id" | "contaminated"> & {durationMs: number}>}
   */
  run(script, options = {}) {
    return this.#enqueue(async () => {
      requireProgram(script);
      requireOptions("run", options);
      return runProgram(this.#parts, script, options);
    });
  }

  /**
   * Read a script without running it: its metadata and all its problems.
   * @param {string} content
   * @param {string} [path]
   * @returns {Promise<Pick<Checked, "script" | "problems">>}
   */
  check(content, path = "scripts/untitled.py") {
    const { domains, limits } = this.#parts;
    return this.#enqueue(async () => {
      requireSource(content, path);
      const { script, problems } = await checkScript({ pool: domains.ofDomainOf(path), limits }, content, path);
      return { script, problems: /** @type {Checked["problems"]} */ (problems) };
    });
  }

  /** End the workers in use: the next call gets a fresh one, without any state that scripts left behind. */
  restart() {
    return this.#enqueue(() => this.#parts.domains.restart("restarted by the host"));
  }

  /** Bytes of heap of the workers in use: one for each trust domain in use. @returns {Promise<number>} */
  heapBytes() {
    return this.#enqueue(() => this.#parts.domains.heapBytes());
  }

  /** Counters since the start; see docs/embedding-in-electron.md. */
  stats() {
    const { stats, rollout } = this.#parts;
    const { domains: others, sandbox, ...common } = this.#parts.domains.report();
    return {
      rollout: rollout.report(),
      calls: stats.totals(),
      scripts: stats.report(),
      ...common,
      /** What the worker in use said when it was ready. @type {Ready | null} */
      sandbox,
      /** The same for each other trust domain. @type {Record<string, typeof common & {sandbox: Ready | null}>} */
      domains: others,
      queued: this.#jobs.pending,
      engineUs: stats.engineUs,
      clockResolutionUs: globalThis.crossOriginIsolated ? 5 : 100,
    };
  }

  /** End every worker and remove the frame; open calls end with `cancelled`. */
  dispose() {
    this.#isDisposed = true;
    this.#jobs.stop();
    this.#parts.domains.dispose();
  }

  /**
   * Run a job after those before it; refused after `dispose`, and while Python is off.
   * @template T
   * @param {() => Promise<T>} job
   * @param {{isPreparing?: boolean}} [kind] a job that only prepares for the first call
   * @returns {Promise<T>}
   */
  #enqueue(job, kind) {
    if (this.#isDisposed) return Promise.reject(disposedError());
    if (this.#isOff) return Promise.reject(pythonIsOff());
    return this.#jobs.run(job, kind);
  }
}
