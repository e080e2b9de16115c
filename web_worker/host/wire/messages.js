/** Composes the JSON texts the worker gets; `kind` and `id` always come first. */

/**
 * @param {string} kind
 * @param {object} fields
 * @returns {(id: number) => string}
 */
export function messageOf(kind, fields) {
  return (id) => JSON.stringify({ kind, id, ...fields });
}

/**
 * A message with members that are JSON already.
 * @param {string} kind
 * @param {Record<string, string>} texts
 * @param {object} fields at least one
 * @returns {(id: number) => string}
 */
export function messageWithTexts(kind, texts, fields) {
  const members = Object.entries(texts).map(([name, text]) => `"${name}":${text}`);
  const rest = JSON.stringify(fields).slice(1);
  return (id) => `{"kind":"${kind}","id":${id},${members.join(",")},${rest}`;
}

/**
 * A message with a list whose items are JSON already.
 * @param {string} kind
 * @param {string} listName
 * @param {readonly string[]} texts
 * @param {object} fields at least one
 * @returns {(id: number) => string}
 */
export function messageWithList(kind, listName, texts, fields) {
  const rest = JSON.stringify(fields).slice(1);
  return (id) => `{"kind":"${kind}","id":${id},"${listName}":[${texts.join(",")}],${rest}`;
}
