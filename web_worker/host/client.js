/**
 * The client a renderer uses: `PythonRuntime`.
 * @import { Call, Outcome, Document, RenderedDocument, ScriptInfo, Limits, PreviewText, TransformPost, TransformOutcome } from "../generated/abi.js"
 */
import { ABI_VERSION, PYBRIDGE_VERSION } from "../generated/facts.js";
import { checkApart, previewApart, renderApart, runApart, transformApart } from "./batches/per_domain.js";
import { bounded, requireScripts } from "./wire/arguments.js";
import { renderDocuments } from "./batches/document_rounds.js";
import { PybridgeError, disposedError } from "./wire/errors.js";
import { IdleTasks } from "./workers/idle_tasks.js";
import { withinHost } from "./wire/limits.js";
import { open } from "./opening.js";
import { pythonIsOff } from "./rollout.js";
import { stream } from "./streams.js";

export { ABI_VERSION, PYBRIDGE_VERSION, PybridgeError };

const PREPARING = { isPreparing: true };

/**
 * What the parts of the client share.
 * @typedef {object} Inner
 * @property {import("./workers/pool.js").Pool} pool of the trust domain that is at work, which is the common one at first
 * @property {import("./workers/domains.js").Domains} domains
 * @property {import("./wire/limits.js").Limits} limits
 * @property {import("./html/sanitise.js").Sanitiser} sanitiser
 * @property {import("./workers/stats.js").Stats} stats
 * @property {import("./rollout.js").Rollout} rollout
 *
 * @typedef {import("./opening.js").StartOptions} StartOptions
 */

/** Python for a renderer: one per page is enough, calls are queued. */
export class PythonRuntime {
  #inner;
  #queue = Promise.resolve();
  #pending = 0;
  #isDisposed = false;
  #idle;

  /** @param {Inner} inner */
  constructor(inner) {
    this.#inner = inner;
    this.#idle = new IdleTasks(
      () => this.#replenish(),
      () => this.#recycle(),
    );
    // Nobody may be calling: the next one is to find a worker all the same.
    inner.pool.onLost = () => {
      this.#enqueue(() => inner.pool.take()).catch(() => {});
    };
  }

  /**
   * Load the built folder, open the sandbox, and wait until the first worker is ready.
   *
   * With mode `off` nothing is loaded or started, so that nothing can fail.
   *
   * @param {StartOptions} options
   * @returns {Promise<PythonRuntime>}
   * @throws {PybridgeError} `boot` when an asset is missing or damaged or the sandbox does not start,
   *   `isolation` when it starts but does not hold, `abi` for a caller of another version
   */
  static async start(options) {
    const { inner, scripts } = await open(options);
    const runtime = new PythonRuntime(inner);
    if (inner.rollout.mode === "off") return runtime;
    try {
      await runtime.load(scripts);
    } catch (error) {
      runtime.dispose();
      throw error;
    }
    runtime.#idle.started();
    return runtime;
  }

  /**
   * Load scripts, or load changed ones again; what is loaded already costs nothing. Scripts of different trust
   * domains never share a worker; one whose domain changes is moved.
   *
   * @param {readonly import("./workers/domains.js").DomainScript[]} scripts
   * @returns {Promise<ScriptInfo[]>} metadata of each, with its problems; a bad script never stops the others
   */
  load(scripts) {
    if (this.#isOff) return Promise.resolve([]);
    return this.#enqueue(async () => {
      requireScripts(scripts);
      return this.#inner.domains.load(scripts);
    }, PREPARING);
  }

  /**
   * Forget scripts.
   * @param {readonly string[]} paths
   */
  unload(paths) {
    if (this.#isOff) return Promise.resolve();
    return this.#enqueue(() => this.#inner.domains.unload(paths));
  }

  /** @param {{limits?: Partial<Limits>}} options of one call */
  #within({ limits }) {
    return withinHost(this.#inner.limits, limits);
  }

  get #isOff() {
    return this.#inner.rollout.mode === "off";
  }

  /**
   * Render calls, thousands in one crossing. With mode `off` or `shadow` the host's fallback answers.
   *
   * @param {readonly Call[]} calls
   * @param {{limits?: Partial<Limits>, signal?: AbortSignal, onProgress?: (done: number, total: number) => void}} [options]
   * @returns {Promise<Outcome[]>} one per call, in order: `{result}` or `{error}`; never rejects for a call's sake
   */
  renderMany(calls, options = {}) {
    const { rollout } = this.#inner;
    if (rollout.mode === "on")
      return this.#enqueue(() => renderApart(this.#inner, bounded(calls, this.#within(options)), options));
    if (this.#isDisposed) return Promise.reject(disposedError());
    if (rollout.mode === "off") return rollout.answer(calls);
    return rollout.shadow(calls, (kept) => this.#enqueue(() => renderApart(this.#inner, kept, {})));
  }

  /**
   * Render calls without end: outcomes arrive while the rest runs, and a consumer that pauses holds both the
   * worker and the source.
   *
   * @param {Iterable<Call> | AsyncIterable<Call>} calls
   * @param {{limits?: Partial<Limits>, signal?: AbortSignal}} [options]
   * @returns {AsyncGenerator<Outcome, void, void>} one per call, in order; throws `cancelled` when *signal* ends it
   */
  renderStream(calls, { limits, signal } = {}) {
    return stream(calls, (window, ending) => this.renderMany(window, { limits, signal: ending }), signal);
  }

  /**
   * The short texts that an editor shows in place of macros.
   *
   * @param {readonly Call[]} calls
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<PreviewText[]>} one per call, in order: `{text}` or `{error}`
   */
  preview(calls, options = {}) {
    return this.#enqueue(() => previewApart(this.#inner, bounded(calls, this.#inner.limits), options));
  }

  /**
   * Send a post through the enabled transforms. One that fails or takes too long is skipped.
   *
   * @param {Pick<TransformPost, "title" | "content"> & Partial<TransformPost>} post is not changed
   * @param {Record<string, unknown>} [context] where it comes from, for the transforms
   * @param {import("./batches/transform.js").TransformOptions} [options]
   * @returns {Promise<TransformOutcome>}
   * @throws {PybridgeError} `schema` when it is no post
   */
  transform(post, context = {}, options = {}) {
    return this.#enqueue(() => transformApart(this.#inner, post, context, options));
  }

  /**
   * Render the macros of documents.
   *
   * @param {readonly Document[]} documents
   * @param {import("./batches/render_documents.js").DocumentOptions} [options]
   * @returns {Promise<RenderedDocument[]>} one per document, in order
   */
  renderDocuments(documents, options = {}) {
    return this.#enqueue(() => renderDocuments(this.#inner, bounded(documents, this.#within(options)), options));
  }

  /**
   * Render documents without end, as `renderStream` does with calls.
   *
   * @param {Iterable<Document> | AsyncIterable<Document>} documents
   * @param {Omit<import("./batches/render_documents.js").DocumentOptions, "onProgress">} [options]
   * @returns {AsyncGenerator<RenderedDocument, void, void>} one per document, in order
   */
  renderDocumentsStream(documents, options = {}) {
    const render = (/** @type {Document[]} */ window, /** @type {AbortSignal} */ signal) =>
      this.renderDocuments(window, { ...options, signal });
    return stream(documents, render, options.signal);
  }

  /**
   * Run a utility script.
   *
   * @param {{path: string, content: string} | {slug: string}} script
   * @param {import("./batches/run.js").RunOptions} [options]
   */
  run(script, options = {}) {
    return this.#enqueue(() => runApart(this.#inner, script, options));
  }

  /**
   * Read a script without running it: its metadata and everything wrong with it.
   *
   * @param {string} content
   * @param {string} [path]
   * @returns {Promise<{script: ScriptInfo, problems: object[]}>}
   */
  check(content, path = "scripts/untitled.py") {
    return this.#enqueue(() => checkApart(this.#inner, content, path));
  }

  /**
   * End the workers in use and have the next call start on a fresh one: all that scripts left behind in
   * them is gone.
   */
  restart() {
    return this.#enqueue(() => this.#inner.domains.restart("restarted by the host"));
  }

  /**
   * Bytes of heap of the workers in use: one for each trust domain that is at work.
   * @returns {Promise<number>}
   */
  heapBytes() {
    return this.#enqueue(() => this.#inner.domains.heapBytes());
  }

  /** Counters since the start; see docs/embedding-in-electron.md. */
  stats() {
    const { pool, domains, stats, rollout } = this.#inner;
    return {
      rollout: rollout.report(),
      calls: stats.totals(),
      scripts: stats.report(),
      ...pool.report(),
      domains: domains.report(),
      queued: this.#pending,
      engineUs: stats.engineUs,
      clockResolutionUs: globalThis.crossOriginIsolated ? 5 : 100,
    };
  }

  /** End every worker and remove the frame; open calls end with `cancelled`. */
  dispose() {
    this.#isDisposed = true;
    this.#idle.stop();
    this.#inner.domains.dispose();
  }

  /**
   * One job at a time; spares are started when nothing waits.
   * @template T
   * @param {() => Promise<T>} job
   * @param {{isPreparing?: boolean}} [kind] a job that only prepares for the first call to come
   * @returns {Promise<T>}
   */
  #enqueue(job, { isPreparing = false } = {}) {
    if (this.#isDisposed) return Promise.reject(disposedError());
    if (this.#isOff) return Promise.reject(pythonIsOff());
    this.#pending += 1;
    this.#idle.begin();
    const done = this.#queue.then(job).finally(() => {
      this.#pending -= 1;
      if (!isPreparing) this.#idle.release();
      if (this.#pending === 0) this.#idle.end();
    });
    this.#queue = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  #replenish() {
    if (!this.#isDisposed) this.#inner.pool.replenish();
  }

  #recycle() {
    if (this.#pending > 0 || this.#isDisposed) return;
    this.#queue = this.#queue
      .then(() => this.#inner.domains.recycle())
      .then(() => this.#replenish())
      .catch(() => {});
  }
}
