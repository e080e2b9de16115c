/** Reads `Content-Security-Policy` headers of the frame's response, as far as a failure or the frame's own sandbox depends on them. */

/**
 * @param {string} header one or more policies
 * @param {...string} names of directives; the first that a policy has applies
 * @returns {string[][]} the values, one list for each policy that has such a directive
 */
export function directivesOf(header, ...names) {
  return header.split(",").flatMap((policy) => {
    const directives = policy.split(";").map((text) => text.trim().split(/\s+/));
    const found = names.map((name) => directives.find(([first]) => first.toLowerCase() === name)).find(Boolean);
    return found ? [found.slice(1)] : [];
  });
}

/**
 * Whether one of the `frame-ancestors` expressions admits the page.
 * @param {readonly string[]} sources
 * @param {string} page its origin
 * @param {string} own the frame's origin
 */
export function admits(sources, page, own) {
  return sources.some((source) => {
    if (source === "*" || (source === "'self'" && page === own)) return true;
    const pattern = source.replace(/\/$/, "").replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^(\\w+://)?${pattern.replaceAll("*", "[^/]+")}(//.+)?$`, "i").test(page);
  });
}

/**
 * Whether a policy's sources refuse an inline script. A hash is taken for the script's.
 * @param {readonly string[]} sources
 */
export function refusesInline(sources) {
  const text = sources.join(" ");
  return !/'sha\d+-/.test(text) && (!text.includes("'unsafe-inline'") || /'nonce-|'strict-dynamic'/.test(text));
}
