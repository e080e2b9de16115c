/**
 * Checks the text of an HTML fragment without a parser: does it contain exactly the tags of its tree?
 *
 * A parser silently ignores a stray `<body onload=…>`, `<td onclick=…>` or `</div>` in one place and
 * obeys it in another: a tree without it does not make the text harmless. The same rules, on the same
 * policy, are in pybridge/html/dom.py; a test compares the two.
 */

/** HTML's white space is these five characters, not what \s means. */
const TAG =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it must not match
  /<(?<end>\/?)(?<name>[A-Za-z][A-Za-z0-9]*)(?:[\t\n\f\r ]+[^\t\n\f\r "'<>/=`\x00]+(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"\x00]*"|'[^'\x00]*'|[^\t\n\f\r "'<>=`\x00]+))?)*[\t\n\f\r ]*\/?>/y;

const ATTRIBUTE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it must not match
  /[\t\n\f\r ]+([^\t\n\f\r "'<>/=`\x00]+)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"\x00]*"|'[^'\x00]*'|[^\t\n\f\r "'<>=`\x00]+))?/g;
const END = /^<\/[A-Za-z0-9]+[\t\n\f\r ]*>$/;
const TAG_START = /<(\/?)([A-Za-z][A-Za-z0-9]*)/g;
const CLOSED_BY_THE_NEXT = new Set(["p", "li", "dt", "dd", "tr", "td", "th"]);

/**
 * Estimate from above how deep elements are nested.
 * @param {string} html
 * @param {ReadonlySet<string>} voidTags
 */
export function tagDepth(html, voidTags) {
  let depth = 0;
  let deepest = 0;
  for (const [, end, name] of html.matchAll(TAG_START)) {
    const tag = name.toLowerCase();
    if (voidTags.has(tag) || CLOSED_BY_THE_NEXT.has(tag)) continue;
    depth = end ? Math.max(depth - 1, 0) : depth + 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/**
 * The elements in order, each as its depth and name; null unless every `<` starts a plain tag, closed in order.
 * @param {string} html
 * @param {ReadonlySet<string>} voidTags
 * @param {ReadonlySet<string>} emptyTags must be closed at once
 * @returns {string[] | null}
 */
export function elementNames(html, voidTags, emptyTags) {
  if (html.includes("\0")) return null;
  const names = [];
  /** @type {string[]} */
  const openTags = [];
  let openSvgs = 0;
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", TAG.lastIndex)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(html);
    if (tag?.groups === undefined || saysTooMuch(tag[0])) return null;
    const name = tag.groups.name.toLowerCase();
    if (tag.groups.end) {
      if (openTags.pop() !== name) return null;
      if (name === "svg") openSvgs -= 1;
      continue;
    }
    if (emptyTags.has(name) && !html.startsWith(`</${tag.groups.name}>`, TAG.lastIndex)) return null;
    names.push(`${openTags.length} ${name}`);
    // SVG knows `<path/>`; HTML takes `<div/>` for an opening tag
    if (voidTags.has(name) || (openSvgs > 0 && tag[0].endsWith("/>"))) continue;
    openTags.push(name);
    if (name === "svg") openSvgs += 1;
  }
  return openTags.length > 0 ? null : names;
}

/**
 * Whether there is something in a tag that parsers leave out: a second value, or any at its end.
 * @param {string} tag
 */
function saysTooMuch(tag) {
  if (tag.startsWith("</")) return !END.test(tag);
  const names = [...tag.matchAll(ATTRIBUTE)].map(([, name]) => name.toLowerCase());
  return new Set(names).size < names.length;
}
