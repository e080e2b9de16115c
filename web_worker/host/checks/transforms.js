/** Follows a post through the transforms, and compares each reply with where the post is. */
import { checkTime } from "./values.js";

export class TransformPath {
  /** Slugs of the transforms that the post did not come to yet, by path. @type {Map<string, string>} */
  #left;
  /** Paths of those that do not run in this worker. @type {Set<string>} */
  #isolated;
  /** Slugs of those that it came to. @type {string[]} */
  #seen = [];
  /** Path of the transform that runs. @type {string | null} */
  running = null;
  /** Path of the one that ran before it. @type {string | null} */
  ran = null;

  /** @param {readonly import("../../generated/abi.js").ScriptInfo[]} infos of all scripts in the worker */
  constructor(infos) {
    const transforms = infos.filter(({ kind }) => kind === "transform");
    this.#left = new Map(transforms.map(({ path, slug }) => [path, slug]));
    this.#isolated = new Set(transforms.filter(({ isolated }) => isolated).map(({ path }) => path));
  }

  /**
   * @param {any} reply `transformed`, valid by its schema
   * @throws {Error} when it does not go on from where the post is
   */
  goOn({ next, done, outcome, elapsedUs, awaits }) {
    checkTime(elapsedUs);
    if (done !== (next === null) || done !== (outcome !== undefined)) throw new Error("it has another end");
    if (!done && !this.#left.has(next)) throw new Error("it has another transform");
    const isAwaited = done && this.#left.has(awaits) && this.#isolated.has(awaits);
    if (awaits !== undefined && !isAwaited) throw new Error("it awaits another transform");
    if (done) this.#checkNames(outcome);
    if (next !== null) this.#seen.push(/** @type {string} */ (this.#left.get(next)));
    this.#left.delete(next);
    this.ran = this.running;
    this.running = next;
  }

  /** @param {{applied: string[], errors: {scriptSlug: string}[]}} outcome */
  #checkNames({ applied, errors }) {
    const named = [...applied, ...errors.map(({ scriptSlug }) => scriptSlug)].sort();
    const seen = [...this.#seen].sort();
    const isEach = named.length === seen.length && named.every((slug, index) => slug === seen[index]);
    if (!isEach) throw new Error("it has other transforms than it ran");
  }
}
