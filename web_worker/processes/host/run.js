/** One run: a command or a pipeline in a file tree of its own, from the check of its arguments to its outcome. */
import { ChangedFiles } from "./changed_files.js";
import { commandOf, PYTHON, requireByName } from "./commands.js";
import { Capture, completed } from "./completed.js";
import { endEvent, limitEvent } from "./events.js";
import { HOME, inWords, read, requireShape, tooMuch } from "./invocation.js";
import { Unlimitable } from "./module_limits.js";
import { EXIT, Refusal } from "./refusal.js";
import { runtimeOf } from "./runtimes.js";
import { isOutOfMemory } from "./want_of_memory.js";

/**
 * @typedef {import("./worker_link.js").WorkerLink} WorkerLink
 * @typedef {import("./worker_link.js").Ended} Ended
 * @typedef {import("./invocation.js").Invocation} Invocation
 * @typedef {Omit<import("../messages.js").Run, "kind" | "id">} Job
 *
 * @typedef {object} Host
 * @property {import("./workers.js").Workers} workers
 * @property {import("./modules.js").Modules} modules
 * @property {readonly string[] | null} allowed
 * @property {Partial<import("./invocation.js").Limits>} limits
 * @property {string} runtime which Python runs `python`, where an invocation names none
 * @property {(event: import("./events.js").AuditEvent) => void} tell what it throws ends the process, and is what `completed`
 *   rejects with
 * @property {(name: string) => Promise<string | null>} versionOf the version of a runtime; null if it is absent
 *
 * @typedef {import("../terms.js").Terms} Terms
 */

export class Run {
  #host;
  #terms;
  #startedAt = performance.now();
  /** @type {Invocation} */
  #invocation;
  /** The first argument of each stage. @type {readonly string[]} */
  #commands = [];
  #stdout = new Capture(0);
  #stderr = new Capture(Number.POSITIVE_INFINITY);
  #files = new ChangedFiles(new Map());
  #leftMs = 0;
  /** @type {import("./completed.js").Completed["runtime"]} */
  #runtime = { name: "", version: null };

  /**
   * @param {Host} host
   * @param {Terms} terms
   */
  constructor(host, terms) {
    this.#host = host;
    this.#terms = terms;
    this.#invocation = /** @type {any} */ (null);
  }

  /**
   * @param {unknown} value an invocation.v1
   * @returns {Promise<import("./completed.js").Completed>} what is wrong with the invocation is an outcome, too
   */
  async completed(value) {
    try {
      await this.#useRuntime(this.#host.runtime);
      const exitCode = await this.#whole(value);
      return this.#outcome({ exitCode, files: this.#files.changed() });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { exitCode, errorClass, message, limit } = error;
      if (!error.isSilent) this.#stderr.take(new TextEncoder().encode(`${message}\n`));
      if (limit !== undefined) this.#host.tell(limitEvent(this.#commands[0], limit));
      return this.#outcome({
        exitCode,
        errorClass,
        message,
        files: error.keepsFiles ? this.#files.changed() : new Map(),
      });
    }
  }

  /** @param {string} name */
  async #useRuntime(name) {
    this.#runtime = { name, version: await this.#host.versionOf(name) };
  }

  /** @param {{exitCode: number, errorClass?: import("./refusal.js").ErrorClass, message?: string, files: Map<string, Uint8Array | null>}} end */
  #outcome(end) {
    const last = this.#commands.at(-1) ?? "";
    if (this.#stdout.isCut) this.#host.tell(limitEvent(last, "stdout"));
    if (this.#stderr.isCut) this.#host.tell(limitEvent(last, "stderr"));
    const durationMs = performance.now() - this.#startedAt;
    return completed({ ...end, stdout: this.#stdout, stderr: this.#stderr, durationMs, runtime: this.#runtime });
  }

  /** @param {any} value */
  async #whole(value) {
    requireShape(value);
    this.#commands = (value.pipeline ?? [value.argv]).map((/** @type {string[]} */ [name]) => name);
    await this.#useRuntime(value.runtime ?? this.#host.runtime);
    const invocation = read(value, this.#host);
    this.#invocation = invocation;
    this.#files = new ChangedFiles(invocation.files);
    const { limits, stages } = invocation;
    this.#stdout = new Capture(limits.stdoutBytes, this.#terms.onStdout);
    this.#stderr = new Capture(limits.stderrBytes, this.#terms.onStderr);
    this.#leftMs = limits.timeoutMs;
    for (const stage of stages) this.#checked(stage, () => requireByName(this.#known, stage));
    if (this.#terms.signal?.aborted) throw cancelled();
    const link = await this.#host.workers.take();
    try {
      link.begin({ kind: "begin", files: invocation.files, folders: invocation.folders, limits });
      return await this.#stages(link);
    } finally {
      this.#host.workers.give(link);
    }
  }

  /**
   * @template T
   * @param {readonly string[]} stage
   * @param {() => T} check
   */
  #checked(stage, check) {
    try {
      return check();
    } catch (error) {
      const isDenied = error instanceof Refusal && error.errorClass === "denied";
      if (isDenied) this.#host.tell({ kind: "capability.denied", command: stage[0] });
      throw error;
    }
  }

  get #known() {
    return { tools: this.#host.modules, allowed: this.#host.allowed };
  }

  /** @param {WorkerLink} link */
  async #stages(link) {
    const { stages, limits, cwd } = this.#invocation;
    let { stdin } = this.#invocation;
    let ended = /** @type {Ended} */ ({ reason: "exit", status: 0, detail: "", memoryBytes: 0 });
    let said = 0;
    let name = PYTHON;
    for (const [number, stage] of stages.entries()) {
      const command = this.#checked(stage, () =>
        commandOf(this.#known, stage, cwd, (path) => this.#files.content(path)),
      );
      name = command.name;
      const isLast = number === stages.length - 1;
      const output = isLast ? this.#stdout : new Capture(limits.filesBytes);
      said = this.#stderr.content().length;
      ended = await this.#stage(link, command, stdin, output);
      if (ended.reason !== "exit" && ended.reason !== "trap") throw this.#stopped(ended, name);
      if (!isLast && output.isCut) {
        const message = `${name} wrote more than ${inWords(output.most)} bytes for the next command`;
        throw new Refusal(EXIT.failed, message, "limit", { isSilent: true, keepsFiles: true });
      }
      stdin = output.content().slice();
    }
    if (isOutOfMemory(ended, this.#stderr.content().subarray(said), limits.memoryBytes)) {
      throw this.#outOfMemory(ended.reason === "trap" ? EXIT.trapped : ended.status, name, ended.detail);
    }
    if (ended.reason === "exit") return ended.status;
    const message = `${name} failed: ${ended.detail}`;
    throw new Refusal(EXIT.trapped, message, undefined, { isSilent: true, keepsFiles: true });
  }

  /**
   * @param {number} exitCode
   * @param {string} name
   * @param {string} detail
   */
  #outOfMemory(exitCode, name, detail) {
    this.#host.tell(limitEvent(name, "memory"));
    const most = inWords(this.#invocation.limits.memoryBytes);
    const message = `${name} needs more memory than the limit of ${most} bytes${detail && ` (${detail})`}`;
    return new Refusal(exitCode, message, "limit", { isSilent: true, keepsFiles: true });
  }

  /**
   * @param {WorkerLink} link
   * @param {import("./commands.js").Command} command
   * @param {Uint8Array} stdin
   * @param {Capture} output
   * @returns {Promise<Ended>}
   */
  async #stage(link, command, stdin, output) {
    const job = await this.#job(command, stdin, output);
    this.#host.tell({ kind: "command.start", command: command.name, argv: command.argv });
    const startedAt = performance.now();
    const ended = await this.#ran(link, job, output);
    this.#host.tell(endEvent(command.name, ended, performance.now() - startedAt));
    return ended;
  }

  /**
   * @param {WorkerLink} link
   * @param {Job | null} job
   * @param {Capture} output
   * @returns {Promise<Ended>}
   */
  async #ran(link, job, output) {
    if (job === null) return { reason: "refused", status: 0, detail: this.#refusal, memoryBytes: 0 };
    const { signal } = this.#terms;
    const cancel = () => link.end("cancelled");
    const timer = setTimeout(() => link.end("timeout"), this.#leftMs);
    const startedAt = performance.now();
    signal?.addEventListener("abort", cancel);
    if (signal?.aborted) cancel();
    try {
      const ended = await link.run(job, {
        output: (stream, bytes, isCut) => this.#take(stream === 1 ? output : this.#stderr, bytes, isCut),
        files: (changes) => {
          const isSmall = this.#files.note(changes, this.#invocation.limits);
          if (!isSmall) link.end("limit", "its files are more than the limits allow");
        },
      });
      if (link.exit !== null) await link.drain();
      return ended;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      this.#leftMs -= performance.now() - startedAt;
    }
  }

  #refusal = "";

  #python() {
    const { name, version } = this.#runtime;
    const found = version === null ? null : runtimeOf(name);
    if (found === null) throw new Refusal(EXIT.notFound, `${name}: not found: the runtime is absent`);
    return found;
  }

  /**
   * @param {import("./commands.js").Command} command
   * @param {Uint8Array} stdin
   * @param {Capture} output
   * @returns {Promise<Job | null>} null if the module cannot be limited
   */
  async #job({ name, argv }, stdin, output) {
    const { env, cwd, limits } = this.#invocation;
    const python = name === PYTHON ? this.#python() : null;
    const { modules } = this.#host;
    try {
      const adapted = python?.adapt(argv, cwd) ?? { argv, env: {} };
      return {
        module: await (python
          ? modules.ofPython(python, limits.memoryBytes)
          : modules.ofTool(name, limits.memoryBytes)),
        argv: adapted.argv,
        env: { HOME, ...python?.env, ...env, ...adapted.env, PWD: cwd },
        stdin,
        folders: python?.folders() ?? {},
        streamBytes: [output.most, this.#stderr.left],
      };
    } catch (error) {
      if (!(error instanceof Unlimitable)) throw error;
      this.#refusal = error.message;
      return null;
    }
  }

  /**
   * @param {Capture} capture
   * @param {Uint8Array} bytes
   * @param {boolean} isCut
   */
  #take(capture, bytes, isCut) {
    capture.take(bytes);
    capture.isCut ||= isCut;
  }

  /**
   * @param {Ended} ended
   * @param {string} name
   */
  #stopped({ reason, detail }, name) {
    const silent = { isSilent: true, keepsFiles: true };
    switch (reason) {
      case "timeout": {
        const seconds = this.#invocation.limits.timeoutMs / 1000;
        return new Refusal(EXIT.timeout, `took longer than ${seconds} s`, "timeout", silent);
      }
      case "cancelled":
        return cancelled();
      case "limit":
        return tooMuch(detail);
      default: {
        if (/^(memory|table) minimum size/.test(detail)) return this.#outOfMemory(EXIT.failed, name, detail);
        const errorClass = detail.includes("limits") ? "limit" : undefined;
        return new Refusal(EXIT.failed, `${name}: ${detail}`, errorClass, silent);
      }
    }
  }
}

const cancelled = () => new Refusal(EXIT.cancelled, "cancelled", "cancelled", { isSilent: true, keepsFiles: true });
