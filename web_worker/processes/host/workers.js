/**
 * The workers of processes: each serves one process at a time and is used again, and there is always a spare, so that the next
 * process need not wait when one was ended.
 */
import { levelOf, serverOfPage } from "../../host/sandbox/levels.js";
import { newMark } from "../../host/sandbox/own_store.js";
import { disposedError } from "../../host/wire/errors.js";
import { WorkerLink } from "./worker_link.js";

const LEVEL = levelOf("origin");

/** @typedef {import("../../host/sandbox/frame.js").Sandbox} Sandbox */

export class Workers {
  #open;
  #bootMs;
  #most;
  /** @type {Promise<Sandbox> | null} */
  #sandbox = null;
  #isDisposed = false;
  #generation = 0;
  /** Those that are ready, or will be. @type {Promise<WorkerLink>[]} */
  #idle = [];
  /** @type {Map<number, WorkerLink>} */
  #alive = new Map();

  /**
   * @param {() => Promise<Sandbox>} open opens the sandbox, again if it was lost
   * @param {{spares: number, bootMs: number}} options how many are kept warm beside those in use
   */
  constructor(open, { spares, bootMs }) {
    this.#open = open;
    this.#most = spares;
    this.#bootMs = bootMs;
  }

  /** How many are there, used or not. */
  get count() {
    return this.#alive.size;
  }

  /** @returns {Promise<WorkerLink>} a worker that nobody else uses */
  async take() {
    for (let next = this.#idle.shift(); next !== undefined; next = this.#idle.shift()) {
      const link = await next.catch(() => null);
      if (link !== null && link.exit === null) return this.#taken(link);
    }
    return this.#taken(await this.#start());
  }

  /** @param {WorkerLink} link */
  #taken(link) {
    this.keepWarm();
    return link;
  }

  /** Start as many as are kept warm. */
  keepWarm() {
    while (!this.#isDisposed && this.#idle.length < this.#most) {
      const starting = this.#start();
      starting.catch(() => {});
      this.#idle.push(starting);
    }
  }

  /**
   * Give a worker back.
   * @param {WorkerLink} link
   */
  give(link) {
    if (link.exit === null && !this.#isDisposed && this.#idle.length <= this.#most) {
      this.#idle.unshift(Promise.resolve(link));
    } else link.end("cancelled");
    this.keepWarm();
  }

  dispose() {
    this.#isDisposed = true;
    for (const link of this.#alive.values()) link.end("cancelled");
    this.#idle = [];
    this.#sandbox?.then((sandbox) => sandbox.close()).catch(() => {});
    this.#sandbox = null;
  }

  /** @returns {Promise<WorkerLink>} */
  async #start() {
    if (this.#isDisposed) throw disposedError();
    this.#sandbox ??= this.#opened();
    const sandbox = await this.#sandbox;
    if (this.#isDisposed) throw disposedError();
    const generation = ++this.#generation;
    const mark = newMark();
    const port = sandbox.spawn(generation, { mark, page: serverOfPage() }, false);
    const link = new WorkerLink(port, () => {
      this.#alive.delete(generation);
      sandbox.end(generation);
    });
    this.#alive.set(generation, link);
    await link.untilReady(mark, LEVEL, this.#bootMs);
    return link;
  }

  async #opened() {
    try {
      const sandbox = await this.#open();
      sandbox.onWorkerError((generation) => this.#alive.get(generation)?.end("lost", "its worker failed"));
      sandbox.onLost((message) => this.#lost(sandbox, message));
      return sandbox;
    } catch (error) {
      this.#sandbox = null;
      throw error;
    }
  }

  /**
   * @param {Sandbox} sandbox
   * @param {string} message
   */
  #lost(sandbox, message) {
    this.#sandbox = null;
    sandbox.close();
    for (const link of this.#alive.values()) link.end("lost", message);
  }
}
