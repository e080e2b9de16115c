/** The elements that are open while HTML is read. The same rules: pybridge/html/open_elements.py. */

/** End tags inside of one of them end nothing around it. */
const LIMITS = new Set(["caption", "table", "td", "th"]);

/** More elements are open at once than the policy's bound. */
export class TooDeep extends Error {}

/** A stack that knows where each name is: every question takes the same time, however deep it is. */
export class OpenElements {
  /** @type {string[]} */
  names = [];
  #most;
  /** @type {Map<string, number[]>} */
  #places = new Map();
  /** @type {number[]} */
  #limits = [];

  /** @param {number} most elements at once */
  constructor(most) {
    this.#most = most;
  }

  /**
   * @param {string} name
   * @throws {TooDeep} if there are too many
   */
  push(name) {
    const place = this.names.length;
    if (place >= this.#most) throw new TooDeep();
    this.names.push(name);
    const places = this.#places.get(name);
    if (places === undefined) this.#places.set(name, [place]);
    else places.push(place);
    if (LIMITS.has(name)) this.#limits.push(place);
  }

  /** Closes the innermost element. */
  pop() {
    const name = /** @type {string} */ (this.names.pop());
    this.#places.get(name)?.pop();
    if (LIMITS.has(name)) this.#limits.pop();
    return name;
  }

  /**
   * Where the innermost element of this name is, -1 if none is open.
   * @param {string} name
   */
  place(name) {
    return this.#places.get(name)?.at(-1) ?? -1;
  }

  /**
   * Where the innermost element with one of these names is, -1 if none is open.
   * @param {ReadonlySet<string>} names
   */
  innermost(names) {
    return Math.max(...[...names].map((name) => this.place(name)));
  }

  /**
   * Where the innermost element of this name is, -1 if none is in the same table cell.
   * @param {string} name
   */
  inScope(name) {
    const place = this.place(name);
    return place >= this.limit ? place : -1;
  }

  /** Where the innermost table, cell or caption is, 0 outside of all. */
  get limit() {
    return this.#limits.at(-1) ?? 0;
  }

  /** The innermost element, "" if none is open. */
  get current() {
    return this.names.at(-1) ?? "";
  }
}
