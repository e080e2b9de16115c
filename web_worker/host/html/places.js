/**
 * Makes places where elements may stand. The same rules: pybridge/html/places.py.
 *
 * These are the rules of HTML for the elements that the policy lists. Where parsers differ, or a rule would move elements
 * to another place, the form is simpler: what stands in a table outside of its cells gets a cell, and an end tag ends all
 * elements in its element.
 */
import { OpenElements } from "./open_elements.js";
import { CLOSED_BY_RUBY_TEXT, CLOSING_PARAGRAPHS, HEADINGS, MATH_TAGS, MATH_TEXT_TAGS, SVG_TAGS } from "./policy.js";

const LISTS = new Set(["ol", "ul"]);
const ROW_GROUPS = ["tbody", "tfoot", "thead"];
/** Where the parts of a table belong. @type {Record<string, ReadonlySet<string>>} */
const PARENTS = {
  __proto__: /** @type {any} */ (null),
  caption: new Set(["table"]),
  colgroup: new Set(["table"]),
  tbody: new Set(["table"]),
  tfoot: new Set(["table"]),
  thead: new Set(["table"]),
  col: new Set(["colgroup"]),
  tr: new Set(ROW_GROUPS),
  td: new Set(["tr"]),
  th: new Set(["tr"]),
};
/** What a table has around them, whether it is written or not. @type {Record<string, readonly string[]>} */
const IMPLIED = { col: ["colgroup"], tr: ["tbody"], td: ["tbody", "tr"], th: ["tbody", "tr"] };
const BETWEEN_CELLS = new Set(["colgroup", "table", "tr", ...ROW_GROUPS]);

/** The open elements; what is opened and closed for others, and not written in the source, is written here. */
export class Places {
  /** @type {string[]} */
  written = [];
  elements;
  /** Whether nothing was opened or closed without its tag. */
  isExact = true;
  /** Where the open <svg> or <math> is. */
  #foreign = -1;

  /** @param {number} most elements at once */
  constructor(most) {
    this.elements = new OpenElements(most);
  }

  /** Whether an <svg> or <math> is open. */
  get isForeign() {
    return this.#foreign >= 0;
  }

  /** Whether what comes next needs a cell first. */
  get isBetweenCells() {
    return BETWEEN_CELLS.has(this.elements.current);
  }

  /**
   * Closes and opens elements until *name* may stand here; false if it may not.
   * @param {string} name
   */
  make(name) {
    const { elements } = this;
    if (name in PARENTS) return this.#makeInTable(name);
    if (name === "rp" || name === "rt") return this.#makeInRuby();
    if (this.isBetweenCells) this.openCell();
    if (name === "li") {
      this.#closeItem(elements.inScope("li"), elements.innermost(LISTS));
    } else if (name === "dd" || name === "dt") {
      this.#closeItem(Math.max(elements.inScope("dd"), elements.inScope("dt")), elements.place("dl"));
    } else if (name === "a") {
      this.#closeUnwritten(elements.inScope("a"));
    }
    if (CLOSING_PARAGRAPHS.has(name)) {
      this.#closeUnwritten(elements.inScope("p"));
      if (HEADINGS.has(name) && HEADINGS.has(elements.current)) this.#closeUnwritten(elements.names.length - 1);
    }
    return true;
  }

  /**
   * The same for an element that ends the open <svg> or <math>.
   * @param {string} name
   */
  makeHtml(name) {
    if (this.#foreign >= 0) this.#closeUnwritten(this.#foreign);
    return this.make(name);
  }

  /**
   * The same inside of <svg> or <math>; false if *name* ends that.
   * @param {string} name
   */
  makeForeign(name) {
    const { elements } = this;
    const isSvg = elements.names[this.#foreign] === "svg";
    if (!(isSvg ? SVG_TAGS : MATH_TAGS).has(name)) {
      this.#closeUnwritten(this.#foreign);
      return false;
    }
    if (MATH_TEXT_TAGS.has(elements.current.replace(/^math /, ""))) this.#closeUnwritten(elements.names.length - 1);
    return true;
  }

  /**
   * Opens an element whose tag was written; true if it is <svg>, <math> or inside of them.
   * @param {string} name
   */
  enter(name) {
    const { elements } = this;
    if (this.#foreign >= 0) {
      elements.push(`${elements.names[this.#foreign]} ${name}`);
      return true;
    }
    const isForeign = name === "math" || name === "svg";
    if (isForeign) this.#foreign = elements.names.length;
    elements.push(name);
    return isForeign;
  }

  /**
   * Which open element an end tag ends, -1 for none.
   * @param {string} name
   */
  ofEnd(name) {
    const { elements } = this;
    if (this.#foreign >= 0) {
      const root = elements.names[this.#foreign];
      const inner = Math.max(elements.place(`${root} ${name}`), name === root ? this.#foreign : -1);
      if (inner >= 0) return inner;
    }
    if (name in PARENTS || name === "table") {
      const place = elements.place(name);
      return place >= elements.place("table") ? place : -1;
    }
    if (HEADINGS.has(name)) return Math.max(...[...HEADINGS].map((each) => elements.inScope(each)));
    const place = elements.inScope(name);
    return name === "li" && place < elements.innermost(LISTS) ? -1 : place;
  }

  /**
   * Closes the element at *place* and all that is in it.
   * @param {number} place
   */
  close(place) {
    const { elements } = this;
    while (elements.names.length > place) {
      if (elements.names.length - 1 === this.#foreign) this.#foreign = -1;
      const name = elements.pop();
      this.written.push(`</${name.slice(name.lastIndexOf(" ") + 1)}>`);
    }
  }

  /** Opens a cell for what stands between cells. */
  openCell() {
    this.#makeInTable("td");
    this.#openUnwritten("td");
  }

  /** @param {string} name */
  #makeInTable(name) {
    const { elements } = this;
    if (elements.place("table") < 0) return false;
    const isCell = name === "td" || name === "th";
    const parents = new Set([...PARENTS[name], "table", ...(isCell ? ROW_GROUPS : [])]);
    while (!parents.has(elements.current)) this.#closeUnwritten(elements.names.length - 1);
    if (PARENTS[name].has(elements.current)) return true;
    this.isExact = false;
    for (const part of IMPLIED[name] ?? []) {
      if (elements.current === "table" || part === "tr") this.#openUnwritten(part);
    }
    return true;
  }

  #makeInRuby() {
    const { elements } = this;
    if (elements.inScope("ruby") < 0) return false;
    while (CLOSED_BY_RUBY_TEXT.has(elements.current)) this.#closeUnwritten(elements.names.length - 1);
    return true;
  }

  /** @param {string} name */
  #openUnwritten(name) {
    this.isExact = false;
    this.written.push(`<${name}>`);
    this.elements.push(name);
  }

  /**
   * Closes an item, if it is one of the innermost list.
   * @param {number} place
   * @param {number} startOfList
   */
  #closeItem(place, startOfList) {
    this.#closeUnwritten(place > startOfList ? place : -1);
  }

  /**
   * Closes the element at *place*, which has no end tag, if there is one.
   * @param {number} place
   */
  #closeUnwritten(place) {
    if (place < 0) return;
    this.isExact = false;
    this.close(place);
  }
}
