/** Brings HTML into a form that every parser reads alike. The same rules: pybridge/html/normalise.py. */
import { TooDeep } from "./open_elements.js";
import { BOUNDS, RAW_TEXT_TAGS } from "./policy.js";
import { createTagReader, lenientTag, TooManyAttributes } from "./tags.js";
import { TooManyTags, TreeBuilder } from "./tree.js";

/**
 * @typedef {object} Normalised
 * @property {string} html in the form that every parser reads alike
 * @property {boolean} isExact whether the source says the same, tag by tag, with nothing left out
 * @property {boolean} isPlain whether all of its elements may stand anywhere, and are read alike everywhere
 * @property {readonly string[]} leftOut what was left out, in order, each once
 * @property {readonly (string | null)[]} frames the src of each iframe that was left out
 */

const TAG_START = /<\/?[A-Za-z]/y;
const EMPTY_COMMENT = /<!---?>/y;
const COMMENT_END = /--!?>/g;
const NOT_SPACE = /[^\t\n\f\r ]/;
const END_TAGS = new Map([...RAW_TEXT_TAGS].map((name) => [name, new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, "gi")]));

/**
 * Returns a function that leaves out what the policy does not list, and nests the rest well; it returns undefined for
 * HTML that exceeds the policy's bounds.
 * @param {import("./tags.js").Rules} rules
 * @returns {(html: string) => Normalised | undefined}
 */
export function createNormaliser(rules) {
  const readTag = createTagReader(rules);
  return (html) => {
    if (html.length > BOUNDS.characters) return undefined;
    const builder = new TreeBuilder(rules.names, BOUNDS);
    try {
      new Reader(html.replaceAll("\0", "").replace(/\r\n?/g, "\n"), builder, rules, readTag).read();
      builder.finish();
    } catch (error) {
      if ([TooDeep, TooManyAttributes, TooManyTags].some((bound) => error instanceof bound)) return undefined;
      throw error;
    }
    const { written, isPlain, leftOut, frames } = builder;
    const isExact = builder.isExact && !html.includes("\0");
    return { html: written.join(""), isExact, isPlain, leftOut: [...leftOut], frames };
  };
}

class Reader {
  #html;
  #builder;
  #rules;
  #readTag;

  /**
   * @param {string} html
   * @param {TreeBuilder} builder
   * @param {import("./tags.js").Rules} rules
   * @param {ReturnType<typeof createTagReader>} readTag
   */
  constructor(html, builder, rules, readTag) {
    this.#html = html;
    this.#builder = builder;
    this.#rules = rules;
    this.#readTag = readTag;
  }

  read() {
    const html = this.#html;
    let at = 0;
    for (let start = html.indexOf("<"); start >= 0; start = html.indexOf("<", at)) {
      if (start > at) this.#builder.text(html.slice(at, start));
      const found = this.#readTag(html, start);
      at = found === undefined ? this.#readLenient(start) : this.#take(found.tag, found.end);
    }
    if (at < html.length) this.#builder.text(html.slice(at));
  }

  /**
   * Gives a tag to the builder; returns where the rest begins.
   * @param {import("./tags.js").Tag} tag
   * @param {number} end
   */
  #take(tag, end) {
    const builder = this.#builder;
    if (tag.isEnd) {
      builder.end(tag);
    } else if (!RAW_TEXT_TAGS.has(tag.name)) {
      builder.start(tag);
    } else if (builder.isForeign && tag.isSelfClosing) {
      builder.rawText(tag, false);
    } else {
      const [after, isEmpty] = this.#afterRawText(tag.name, end);
      builder.rawText(tag, isEmpty);
      return after;
    }
    return end;
  }

  /**
   * The end of an element that no tag but its own end tag ends, and whether nothing is in it.
   * @param {string} name
   * @param {number} start
   * @returns {[number, boolean]}
   */
  #afterRawText(name, start) {
    const html = this.#html;
    const pattern = /** @type {RegExp} */ (END_TAGS.get(name));
    pattern.lastIndex = start;
    const found = name === "plaintext" ? null : pattern.exec(html);
    const end = found === null ? 0 : html.indexOf(">", pattern.lastIndex) + 1;
    if (found === null || end === 0) return [html.length, false];
    return [end, found.index === start && !NOT_SPACE.test(html.slice(pattern.lastIndex, end - 1))];
  }

  /**
   * Reads what begins with a `<` and is not a plain tag; returns where the rest begins.
   * @param {number} start
   */
  #readLenient(start) {
    const html = this.#html;
    const builder = this.#builder;
    builder.isExact = false;
    TAG_START.lastIndex = start;
    if (TAG_START.test(html)) {
      const found = lenientTag(html, start, this.#rules);
      if (found !== undefined) return this.#take(found.tag, found.end);
      builder.comment(html.slice(start));
      return html.length;
    }
    if (html.startsWith("<!--", start)) {
      const end = commentEnd(html, start);
      builder.comment(end < 0 ? html.slice(start) : "");
      return end < 0 ? html.length : end;
    }
    const next = html[start + 1];
    if (next === "!" || next === "?" || (next === "/" && start + 2 < html.length)) {
      const end = html.indexOf(">", start) + 1 || html.length;
      builder.comment(html.slice(start, end));
      return end;
    }
    builder.text("<");
    return start + 1;
  }
}

/**
 * Where the comment at *start* ends, -1 if it does not.
 * @param {string} html
 * @param {number} start
 */
function commentEnd(html, start) {
  EMPTY_COMMENT.lastIndex = start;
  if (EMPTY_COMMENT.test(html)) return EMPTY_COMMENT.lastIndex;
  COMMENT_END.lastIndex = start + 4;
  return COMMENT_END.test(html) ? COMMENT_END.lastIndex : -1;
}
