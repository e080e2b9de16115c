/**
 * Staged rollout of Python. `off`: the host's own fallback answers every call. `shadow`: the fallback still answers,
 * Python renders the same calls afterwards, and differences are reported. `on`: Python answers.
 */
import { PybridgeError } from "./wire/errors.js";
import { Domains } from "./workers/domains.js";

/** Calls that may wait for their comparison; beyond, they are counted as skipped. */
const MOST_WAITING = 20_000;

const MODES = ["on", "shadow", "off"];
const KINDS = ["html", "markdown", "text"];

/**
 * @typedef {import("../generated/abi.js").Call} Call
 * @typedef {import("../generated/abi.js").Outcome} Outcome
 * @typedef {import("../generated/abi.js").Result} Result
 * @typedef {{call: Call, fallback: Outcome, python: Outcome}} Difference
 *
 * @typedef {object} RolloutOptions
 * @property {"on" | "shadow" | "off"} [mode]
 * @property {(call: Call) => string | Result | Outcome | Promise<string | Result | Outcome>} [fallback] answers a
 *   call without Python: HTML, a result, or an outcome. Its HTML is trusted: it is not sanitised
 * @property {(difference: Difference) => void} [onDifference] gets what `shadow` finds
 */

export class Rollout {
  #fallback;
  #onDifference;
  #waiting = 0;
  #counts = { calls: 0, compared: 0, different: 0, skipped: 0 };

  /** @param {RolloutOptions} options */
  constructor({ mode = "on", fallback, onDifference }) {
    if (!MODES.includes(mode)) throw usage(`no mode named ${mode}`, `known: ${MODES.join(", ")}`);
    if (mode !== "on" && typeof fallback !== "function") {
      throw usage(`mode ${mode} needs the host's fallback`, "pass fallback: (call) => html");
    }
    this.mode = mode;
    this.#fallback = fallback;
    this.#onDifference = onDifference;
  }

  /**
   * The fallback's outcomes.
   * @param {readonly Call[]} calls
   * @returns {Promise<Outcome[]>}
   */
  answer(calls) {
    this.#counts.calls += calls.length;
    return Promise.all(calls.map((call) => this.#ask(call)));
  }

  /**
   * The fallback's outcomes, at once; Python's are compared with them when they come.
   * @param {readonly Call[]} calls
   * @param {(calls: readonly Call[]) => Promise<Outcome[]>} render by Python
   */
  async shadow(calls, render) {
    // The host may change its objects as soon as it has its answer.
    const kept = this.#waiting + calls.length > MOST_WAITING ? null : copied(calls);
    const outcomes = await this.answer(calls);
    if (kept === null) this.#counts.skipped += calls.length;
    else this.#compare(kept, outcomes, render);
    return outcomes;
  }

  report() {
    return { mode: this.mode, ...this.#counts, waiting: this.#waiting };
  }

  /**
   * @param {Call} call
   * @returns {Promise<Outcome>}
   */
  async #ask(call) {
    try {
      return outcomeOf(await this.#fallback?.(call));
    } catch (error) {
      return /** @type {Outcome} */ ({
        error: { code: "exception", message: String(error), macro: call?.macro?.name },
      });
    }
  }

  /**
   * @param {readonly Call[]} calls
   * @param {readonly Outcome[]} outcomes
   * @param {(calls: readonly Call[]) => Promise<Outcome[]>} render
   */
  async #compare(calls, outcomes, render) {
    this.#waiting += calls.length;
    try {
      const rendered = await render(calls);
      for (const [index, python] of rendered.entries()) this.#note(calls[index], outcomes[index], python);
    } catch {
      this.#counts.skipped += calls.length;
    } finally {
      this.#waiting -= calls.length;
    }
  }

  /**
   * @param {Call} call
   * @param {Outcome} fallback
   * @param {Outcome} python
   */
  #note(call, fallback, python) {
    this.#counts.compared += 1;
    if (isSame(fallback, python)) return;
    this.#counts.different += 1;
    try {
      this.#onDifference?.({ call, fallback, python });
    } catch {
      // An error in the host's own listener must not stop the comparison.
    }
  }
}

/** Stand in for the workers while Python is off: nothing is fetched, nothing is started. */
export function createDormantDomains() {
  const pool = /** @type {import("./workers/pool.js").Pool} */ (
    /** @type {unknown} */ ({
      report: () => ({
        restarts: [],
        restartCounts: {},
        generation: 0,
        current: null,
        sandboxes: 0,
        lateReplies: 0,
        quarantined: [],
        breaker: { isOpen: false, failedStarts: 0, lossesInARow: 0, reason: null },
        sparesReady: 0,
        sandbox: null,
        warnings: [],
      }),
      dispose() {},
    })
  );
  return new Domains(pool, () => pool);
}

/** @returns {PybridgeError} */
export function pythonIsOff() {
  return new PybridgeError({
    code: "unavailable",
    message: "Python is off in this runtime",
    hint: 'start it with mode "shadow" or "on"',
  });
}

/**
 * @param {readonly Call[]} calls
 * @returns {readonly Call[] | null} null where they cannot be copied
 */
function copied(calls) {
  try {
    return structuredClone(calls);
  } catch {
    return null;
  }
}

/**
 * @param {any} answer
 * @returns {Outcome}
 */
function outcomeOf(answer) {
  if (typeof answer === "string") return { result: { html: answer }, scriptId: "fallback" };
  if (answer?.error) return answer;
  if (answer?.result) return { scriptId: "fallback", ...answer };
  if (KINDS.some((kind) => typeof answer?.[kind] === "string")) return { result: answer, scriptId: "fallback" };
  throw new TypeError("the fallback gave no HTML, result or outcome");
}

/**
 * Whether both have the same result; two failures are equal, whatever their messages.
 * @param {any} fallback
 * @param {any} python
 */
function isSame(fallback, python) {
  if (!fallback.result || !python.result) return !fallback.result && !python.result;
  return KINDS.every((kind) => fallback.result[kind] === python.result[kind]);
}

/**
 * @param {string} message
 * @param {string} hint
 */
function usage(message, hint) {
  return new PybridgeError({ code: "usage", message, hint });
}
