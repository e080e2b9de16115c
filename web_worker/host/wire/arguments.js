/** Checks the arguments of the client's methods that no schema describes. */
import { PybridgeError } from "./errors.js";

/** @param {any} assets */
export function requireAssets(assets) {
  if (isAddress(assets) || (typeof assets === "object" && assets !== null && "manifest.json" in assets)) return;
  if (isAddress(assets?.base) && typeof assets.files === "object") return;
  throw misused("start needs the address of the built folder", 'pass { assets: "./pybridge/" }');
}

/** @param {unknown} value */
function isAddress(value) {
  return typeof value === "string" || value instanceof URL;
}

/**
 * @template T
 * @param {readonly T[]} items of a batch
 * @param {import("./limits.js").Limits} limits
 */
export function bounded(items, { batchItems }) {
  if (!Array.isArray(items)) throw misused("a batch is a list", "put a single item into [ ]");
  if (items.length <= batchItems) return items;
  const message = `${items.length} items in one batch, the limit is ${batchItems}`;
  throw new PybridgeError({ code: "input-limit", message, hint: "split the batch, or raise the limit batchItems" });
}

/**
 * A script to load; a domain that is left out or empty is the common one. `packages` are modules that it may import beside
 * those that all scripts may, from the packages of the built folder.
 * @typedef {{path: string, content: string, origin?: "default" | "project", domain?: string, packages?: string[]}} DomainScript
 */

/** @param {unknown} scripts */
export function requireScripts(scripts) {
  if (!Array.isArray(scripts) || !scripts.every(isScript)) {
    const which = Array.isArray(scripts)
      ? `, number ${scripts.findIndex((script) => !isScript(script))} is not one`
      : "";
    throw misused(`load takes a list of scripts${which}`, "a script is { path, content }, both strings");
  }
  const importing = scripts.find(({ packages }) => packages !== undefined && !isListOfNames(packages));
  if (importing !== undefined)
    throw misused(`the packages of ${importing.path} are not a list of names`, "leave them out");
  const odd = scripts.find(({ domain }) => domain !== undefined && typeof domain !== "string");
  if (odd === undefined) return;
  const which = `the trust domain of ${odd.path} is ${JSON.stringify(odd.domain)}`;
  throw misused(`${which}, which is not a string`, "leave it out for the common domain");
}

/** @param {unknown} value */
function isListOfNames(value) {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

/** @param {any} value */
function isScript(value) {
  return typeof value?.path === "string" && typeof value.content === "string";
}

/**
 * @param {string} message
 * @param {string} hint
 */
function misused(message, hint) {
  return new PybridgeError({ code: "usage", message, hint });
}
