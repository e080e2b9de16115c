/** Keeps scripts from ending worker after worker: counts what each version of a script cost. */

/** Workers that one version of a script may take down. */
export const MOST_LOSSES = 3;

const HINT = "change the script, then load it again";

/**
 * @typedef {import("./script_index.js").ScriptIndex} ScriptIndex
 * @typedef {import("./script_index.js").ScriptInfo} ScriptInfo
 * @typedef {{path: string, losses: number, reason: string}} Losses
 */

export class Quarantine {
  #library;
  /** By the hash of a script's content: a changed one starts anew. @type {Map<string, Losses>} */
  #records = new Map();

  /** @param {ScriptIndex} library */
  constructor(library) {
    this.#library = library;
  }

  /** Whether no script has cost a worker yet, so that nobody needs to be looked at. */
  get isEmpty() {
    return this.#records.size === 0;
  }

  /**
   * Note that a script cost a worker.
   * @param {ScriptInfo | undefined} script
   * @param {{code: string, message: string}} death
   */
  count(script, death) {
    if (script === undefined) return;
    const { losses } = this.#records.get(script.sha256) ?? { losses: 0 };
    const reason = `${death.code}: ${death.message}`;
    this.#records.set(script.sha256, { path: script.path, losses: losses + 1, reason });
  }

  /**
   * Whether the macro's script has cost a worker before: then it runs alone at once.
   * @param {string} name
   */
  isSuspect(name) {
    if (this.isEmpty) return false;
    const script = this.#library.find(name);
    return script !== undefined && this.#records.has(script.sha256) && !this.#isIn(script);
  }

  /** Scripts that have cost a worker and are not in quarantine yet. */
  suspects() {
    return this.#library.infos().filter((script) => this.#records.has(script.sha256) && !this.#isIn(script));
  }

  /**
   * The error for a macro whose script is in quarantine; null when it may run.
   * @param {string} name
   * @returns {{script: ScriptInfo, error: {code: string, message: string, hint: string}} | null}
   */
  refusal(name) {
    const script = this.isEmpty ? undefined : this.#library.find(name);
    if (script === undefined || !this.#isIn(script)) return null;
    return { script, error: { ...chargeOf(script), hint: HINT } };
  }

  /**
   * What scripts in quarantine are charged with instead of being run, by their path.
   * @returns {Record<string, {code: string, message: string}>}
   */
  charges() {
    if (this.isEmpty) return {};
    const inside = this.#library.infos().filter((script) => this.#isIn(script));
    return Object.fromEntries(inside.map((script) => [script.path, chargeOf(script)]));
  }

  /** Scripts in quarantine, and the end that brought each of them there. */
  report() {
    const inside = this.#library.infos().filter((script) => this.#isIn(script));
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
