/** Counts the workers that each version of a script has cost, and stops running it after a few. */

/** Workers that one version of a script may cost. */
export const MOST_LOSSES = 3;

const HINT = "change the script, then load it again";

/**
 * @typedef {import("./script_index.js").ScriptIndex} ScriptIndex
 * @typedef {import("./script_index.js").ScriptInfo} ScriptInfo
 * @typedef {{path: string, losses: number, reason: string}} Losses
 */

export class Quarantine {
  #scriptIndex;
  /** By the hash of a script's content: a changed script starts from zero. @type {Map<string, Losses>} */
  #records = new Map();

  /** @param {ScriptIndex} scriptIndex */
  constructor(scriptIndex) {
    this.#scriptIndex = scriptIndex;
  }

  /** Whether no script has cost a worker yet, so that no lookup is needed. */
  get isEmpty() {
    return this.#records.size === 0;
  }

  /**
   * Note that a script cost a worker.
   * @param {ScriptInfo | undefined} script
   * @param {{code: string, message: string}} exit
   */
  count(script, exit) {
    if (script === undefined) return;
    const { losses } = this.#records.get(script.sha256) ?? { losses: 0 };
    const reason = `${exit.code}: ${exit.message}`;
    this.#records.set(script.sha256, { path: script.path, losses: losses + 1, reason });
  }

  /**
   * Whether the macro's script has cost a worker before: then it runs alone at once.
   * @param {string} name
   */
  isSuspect(name) {
    if (this.isEmpty) return false;
    const script = this.#scriptIndex.macro(name);
    return script !== undefined && this.#records.has(script.sha256) && !this.#isIn(script);
  }

  /** Scripts that have cost a worker and are not in quarantine yet. */
  suspects() {
    return this.#scriptIndex.infos().filter((script) => this.#records.has(script.sha256) && !this.#isIn(script));
  }

  /**
   * The error for a macro whose script is in quarantine; null when it may run.
   * @param {string} name
   * @returns {{script: ScriptInfo, error: {code: string, message: string, hint: string}} | null}
   */
  refusal(name) {
    const script = this.isEmpty ? undefined : this.#scriptIndex.macro(name);
    if (script === undefined || !this.#isIn(script)) return null;
    return { script, error: { ...chargeOf(script), hint: HINT } };
  }

  /**
   * The errors of scripts in quarantine, which they get instead of being run, by path.
   * @returns {Record<string, {code: string, message: string}>}
   */
  charges() {
    if (this.isEmpty) return {};
    const inside = this.#scriptIndex.infos().filter((script) => this.#isIn(script));
    return Object.fromEntries(inside.map((script) => [script.path, chargeOf(script)]));
  }

  /** Scripts in quarantine, each with the last loss that it caused. */
  report() {
    const inside = this.#scriptIndex.infos().filter((script) => this.#isIn(script));
    return inside.map(({ id, path, sha256 }) => ({ scriptId: id, path, sha256, ...this.#recordOf(sha256) }));
  }

  /** @param {ScriptInfo} script */
  #isIn({ sha256 }) {
    return (this.#records.get(sha256)?.losses ?? 0) >= MOST_LOSSES;
  }

  /** @param {string} sha256 */
  #recordOf(sha256) {
    const { losses, reason } = /** @type {Losses} */ (this.#records.get(sha256));
    return { losses, reason };
  }
}

/** @param {ScriptInfo} script */
function chargeOf({ path }) {
  return { code: "quarantined", message: `${path} took down ${MOST_LOSSES} workers and is not run again` };
}
