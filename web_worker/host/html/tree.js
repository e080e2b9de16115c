/** Puts tags and texts into a well-nested form. The same rules: pybridge/html/tree.py. */
import { shown } from "./text.js";
import { Places } from "./places.js";
import { DROPPED_IN_FOREIGN, DROPPED_WITH_CONTENT, HTML_TAGS, PLAIN_TAGS, VOID_TAGS } from "./policy.js";
import { decodedText } from "./references.js";

/** @typedef {import("./tags.js").Tag} Tag */

const SPECIAL = /[&\xa0<>\r]/;
const ESCAPES = /** @type {Record<string, string>} */ ({
  "&": "&amp;",
  "\xa0": "&nbsp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#13;",
});
/** What a parser makes of an end tag whose element is not open; of others nothing. */
const MADE_BY_END = new Map([
  ["br", "<br>"],
  ["p", "<p></p>"],
]);
const NOT_SPACE = /[^\t\n\f\r ]/;
/** There are more tags than the policy's bound. */
export class TooManyTags extends Error {}

/** Takes tags and texts in order; writes a form that every parser reads as it is written. */
export class TreeBuilder {
  written;
  /** @type {Set<string>} */
  leftOut = new Set();
  /** The src of each iframe that was left out. @type {(string | null)[]} */
  frames = [];
  /** Whether every tag has its element, in the place where it is written; known at the end. */
  isExact = true;
  /** Whether every element is of those that stand anywhere, and that no parser treats differently. */
  isPlain = true;
  #names;
  #places;
  #tagsLeft;
  /** The element that is left out with its content. */
  #dropped = "";
  /** @type {Map<string, number>} */
  #inDropped = new Map();
  /** How much was written when a <pre> began. */
  #pre = -1;
  #isAfterPre = false;

  /**
   * @param {import("./references.js").CharacterNames} names
   * @param {import("./policy.js").Bounds} bounds of the work
   */
  constructor(names, bounds) {
    this.#names = names;
    this.#places = new Places(bounds.openElements);
    this.written = this.#places.written;
    this.#tagsLeft = bounds.tags;
  }

  /** Whether an <svg> or <math> is open: `<path/>` has no content there. */
  get isForeign() {
    return this.#places.isForeign;
  }

  /**
   * Takes text from between tags.
   * @param {string} source
   */
  text(source) {
    if (this.#dropped) return;
    let text = decodedText(source, this.#names);
    if (this.#isAfterPre) {
      this.#isAfterPre = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    if (this.#places.isBetweenCells && NOT_SPACE.test(text)) this.#places.openCell();
    // A parser leaves out the first one.
    if (this.#pre === this.written.length && text.startsWith("\n")) this.written.push("\n");
    if (SPECIAL.test(text)) text = text.replace(/[&\xa0<>\r]/g, (character) => ESCAPES[character]);
    if (text) this.written.push(text);
  }

  /**
   * Takes a start tag.
   * @param {Tag} tag
   */
  start(tag) {
    this.#count();
    const { name } = tag;
    if (this.#dropped) this.#startInDropped(tag);
    else if (this.#drops(name)) this.#drop(tag);
    else if (!tag.isAllowed) this.#leaveOut(tag);
    else if (this.isForeign && this.#places.makeForeign(name)) {
      this.#write(tag);
      this.#enter(tag);
    } else if (!HTML_TAGS.has(name) || !this.#places.make(name)) this.#leaveOut(tag);
    else if (VOID_TAGS.has(name)) this.#write(tag);
    else {
      this.#write(tag);
      this.#enter(tag);
    }
  }

  /**
   * Takes an end tag.
   * @param {Tag} tag
   */
  end({ name, isLiteral }) {
    this.#count();
    if (this.#dropped && this.#isInDropped(name)) return;
    const places = this.#places;
    const { elements } = places;
    const place = places.ofEnd(name);
    const isInnermost = place >= 0 && place === elements.names.length - 1;
    if (!isInnermost || !isLiteral || !elements.current.endsWith(name)) this.isExact = false;
    if (place >= 0) places.close(place);
    const made = place < 0 ? MADE_BY_END.get(name) : undefined;
    if (made !== undefined && places.makeHtml(name)) this.written.push(made);
  }

  /**
   * Takes a whole element whose content a parser would not read: an iframe, or one that is left out.
   * @param {Tag} tag
   * @param {boolean} isEmpty
   */
  rawText(tag, isEmpty) {
    this.#count();
    if (this.#dropped) return;
    if (!tag.isAllowed || !this.#places.makeHtml(tag.name)) {
      this.#leaveOut(tag);
      return;
    }
    this.#write(tag);
    this.written.push(`</${tag.name}>`);
    this.isExact &&= isEmpty;
  }

  /**
   * Takes a comment, or what is read as one or not at all; warns of what is lost.
   * @param {string} lost what its author may not have meant as a comment
   */
  comment(lost) {
    this.#count();
    this.isExact = false;
    if (lost && !this.#dropped) this.leftOut.add(shown(lost));
  }

  /** Closes what is open. */
  finish() {
    const places = this.#places;
    if (places.elements.names.length > 0 || this.#dropped || !places.isExact) this.isExact = false;
    places.close(0);
  }

  /**
   * Opens the element of a tag that was written.
   * @param {Tag} tag
   */
  #enter({ name, isSelfClosing }) {
    const places = this.#places;
    if (places.enter(name)) {
      if (isSelfClosing) places.close(places.elements.names.length - 1);
      return;
    }
    if (name === "pre") {
      this.#pre = this.written.length;
      this.#isAfterPre = true;
    }
    if (isSelfClosing) this.isExact = false;
  }

  // What is left out

  /** @param {Tag} tag */
  #leaveOut({ name, source }) {
    this.isExact = false;
    if (name === "iframe") this.frames.push(source);
    else this.leftOut.add(`<${shown(name)}>`);
  }

  /**
   * Whether an element of this name, here, is left out with its content.
   * @param {string} name
   */
  #drops(name) {
    return DROPPED_WITH_CONTENT.has(name) || (this.isForeign && DROPPED_IN_FOREIGN.has(name));
  }

  /** @param {Tag} tag */
  #drop(tag) {
    this.#leaveOut(tag);
    if (VOID_TAGS.has(tag.name) || (this.isForeign && tag.isSelfClosing)) return;
    this.#dropped = tag.name;
    this.#inDropped = new Map([[tag.name, 1]]);
  }

  /** @param {Tag} tag */
  #startInDropped({ name, isSelfClosing }) {
    if (VOID_TAGS.has(name) || isSelfClosing) return;
    this.#inDropped.set(name, (this.#inDropped.get(name) ?? 0) + 1);
  }

  /**
   * Takes an end tag inside of what is dropped; false if it ends an element around it.
   * @param {string} name
   */
  #isInDropped(name) {
    const inside = this.#inDropped.get(name) ?? 0;
    if (inside > 0) {
      this.#inDropped.set(name, inside - 1);
      if (name === this.#dropped && inside === 1) this.#dropped = "";
      return true;
    }
    if (this.#places.ofEnd(name) < 0) return true;
    this.#dropped = "";
    return false;
  }

  // What is written

  /** @param {Tag} tag */
  #write({ name, html, isLiteral, leftOut }) {
    this.isExact &&= isLiteral;
    this.isPlain &&= PLAIN_TAGS.has(name);
    for (const each of leftOut) this.leftOut.add(each);
    this.written.push(html);
  }

  #count() {
    this.#isAfterPre = false;
    this.#tagsLeft -= 1;
    if (this.#tagsLeft < 0) throw new TooManyTags();
  }
}
