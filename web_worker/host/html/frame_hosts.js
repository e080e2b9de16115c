/**
 * Whose pages an iframe may show: exact hosts by https, those of the host's list or else the policy's own.
 *
 * The same rules stand in pybridge/html/frame_hosts.py; tests/iframe_hosts.json holds the two to equal verdicts.
 */
import policy from "../../shared/html_policy.json" with { type: "json" };
import { shown } from "./text.js";
import { bootError, PybridgeError } from "../wire/errors.js";

/** A host alone: no user, no port, and nothing that a browser would take for a part of another name. */
const SOURCE = /^[\t\n\f\r ]*https:\/\/([a-z0-9.-]+)(?:[/?#]|[\t\n\f\r ]*$)/i;
const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with an entry, told by the first that fits. @type {readonly [RegExp, string][]} */
const PROBLEMS = [
  [/^[\t\n\f\r ]*$/, "is empty, take it out: an empty list allows no iframe"],
  [/[/\\?#]/, "is a URL, write its host alone"],
  [/\*/, "is a pattern, name each host"],
  [/@/, "has a user in it, write the host alone"],
  [/^\[|^[\d.]+(?::\d*)?$/, "is an address, write a name"],
  [/:/, "has a port, iframes come from the usual one of https only"],
  [/[^\t\n\f\r -~]/, "is not ASCII, write the name as it is looked up, with xn--"],
  [/\.$/, "ends with a dot, leave it out"],
];

/** Characters of a src. */
const SHOWN = 80;
const MOST_LISTED = 5;

/**
 * @param {unknown} own the host's or project's list; undefined for the policy's
 * @returns {ReadonlySet<string>}
 * @throws {PybridgeError} `usage` for a list that is none, or holds something else than hosts
 */
export function frameHosts(own) {
  if (own === undefined) return new Set(policy.iframeHosts);
  if (!Array.isArray(own)) throw misused(`${JSON.stringify(own)} is not a list of hosts`);
  return new Set(own.map(requireHost));
}

/**
 * The list that a folder was built with.
 * @param {unknown} listed undefined where the project has none
 */
export function builtFrameHosts(listed) {
  try {
    return frameHosts(listed);
  } catch (error) {
    throw bootError(
      `manifest.json: ${/** @type {PybridgeError} */ (error).value.message}`,
      "run `pybridge build` again",
    );
  }
}

/** @param {unknown} entry */
function requireHost(entry) {
  if (typeof entry !== "string") throw misused(`${JSON.stringify(entry)} is not a string`);
  const host = entry.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (NAME.test(host)) return host;
  const known = PROBLEMS.find(([pattern]) => pattern.test(host));
  throw misused(`${JSON.stringify(entry)} ${known?.[1] ?? "is not a host name"}`);
}

/** @param {string} problem */
function misused(problem) {
  const hint = 'pass hosts alone, such as iframeHosts: ["maps.example.org"]';
  return new PybridgeError({ code: "usage", message: `iframeHosts: ${problem}`, hint });
}

/**
 * @param {string} source an iframe's src, as its attribute says it
 * @param {ReadonlySet<string>} hosts
 */
export function isKnownFrame(source, hosts) {
  const [, host] = SOURCE.exec(source) ?? [];
  return host !== undefined && hosts.has(host.toLowerCase());
}

/**
 * What a document's author is told of iframes that were left out.
 * @param {readonly (string | null)[]} sources of each of them, at least one
 * @param {ReadonlySet<string>} hosts
 */
export function refusal([first, ...others], hosts) {
  const what = first === null ? "without a src" : `of "${shown(first, SHOWN)}"`;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `an iframe ${what}${more} left out: ${allowed([...hosts].sort())}`;
}

/** @param {readonly string[]} hosts */
function allowed(hosts) {
  if (hosts.length === 0) return "no host is allowed in iframes";
  const more = hosts.length > MOST_LISTED ? ` and ${hosts.length - MOST_LISTED} more` : "";
  return `allowed in iframes: ${hosts.slice(0, MOST_LISTED).join(", ")}${more}`;
}
