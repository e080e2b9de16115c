/** Runs jobs one at a time; between them, when none waits, spares are started and the heap is checked. */
import { IdleTasks } from "./idle_tasks.js";

export class JobQueue {
  #last = Promise.resolve();
  #pending = 0;
  #isStopped = false;
  #idle;
  #replenish;
  #recycle;

  /**
   * @param {() => void} replenish starts missing spares
   * @param {() => Promise<void>} recycle replaces workers whose heap has grown
   */
  constructor(replenish, recycle) {
    this.#replenish = replenish;
    this.#recycle = recycle;
    this.#idle = new IdleTasks(
      () => this.#replenishNow(),
      () => this.#recycleNow(),
    );
  }

  /** Jobs that wait or run. */
  get pending() {
    return this.#pending;
  }

  /** The runtime has started; see `IdleTasks`. */
  started() {
    this.#idle.started();
  }

  /**
   * @template T
   * @param {() => Promise<T>} job
   * @param {{isPreparing?: boolean}} [kind] a job that only prepares for the first call
   * @returns {Promise<T>}
   */
  run(job, { isPreparing = false } = {}) {
    this.#pending += 1;
    this.#idle.begin();
    const done = this.#last.then(job).finally(() => {
      this.#pending -= 1;
      if (!isPreparing) this.#idle.release();
      if (this.#pending === 0) this.#idle.end();
    });
    this.#last = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  /** Start no more idle tasks. */
  stop() {
    this.#isStopped = true;
    this.#idle.stop();
  }

  #replenishNow() {
    if (!this.#isStopped) this.#replenish();
  }

  #recycleNow() {
    if (this.#pending > 0 || this.#isStopped) return;
    this.#last = this.#last
      .then(this.#recycle)
      .then(() => this.#replenishNow())
      .catch(() => {});
  }
}
