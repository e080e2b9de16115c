/**
 * The line of a script at which something failed, to be shown.
 * @import { Studio } from "../studio.js"
 * @import { Failure } from "../types.js"
 */
import { h } from "preact";
import { goToScript } from "../actions/scripts.js";
import { Failed } from "./parts.js";

/** @param {{place: {path: string, line?: number, column?: number}, studio: Studio}} props */
export function ScriptPlace({ place, studio }) {
  return h(
    "button",
    { type: "button", class: "script-place", onClick: () => goToScript(studio, place), title: "Show this line" },
    `${place.path}:${place.line ?? 1}`,
  );
}

/**
 * An error with its hint, and the way to its line.
 * @param {{failure: Failure, studio: Studio}} props
 */
export function FailedAt({ failure, studio }) {
  const { script, ...others } = failure;
  if (!script?.path) return h(Failed, { failure });
  return h(Failed, { failure: others }, h(ScriptPlace, { place: script, studio }));
}
