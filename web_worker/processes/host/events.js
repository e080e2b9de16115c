/** What happened to a process, for an audit log: the same events as on a server. */
import { EXIT } from "./refusal.js";

/** Of a command in an event about a limit. */
const LONGEST_COMMAND = 100;

/**
 * @typedef {object} AuditEvent
 * @property {"command.start" | "command.complete" | "command.timeout" | "command.cancelled" | "limit.exceeded" | "capability.denied"} kind
 * @property {string} command of a stage that runs: `python`, or the name of the tool, whatever path or first line led to it; of
 *   one that is refused: the first argument as it was given; in `limit.exceeded` at most 100 characters of it
 * @property {readonly string[]} [argv] its arguments, at `command.start`
 * @property {"stdout" | "stderr" | "files" | "memory" | "command"} [subtype] of `limit.exceeded`
 * @property {number} [exitCode] at the end of a stage
 * @property {number} [durationMs] at the end of a stage
 */

/**
 * @param {string} command
 * @param {import("./worker_link.js").Ended} ended
 * @param {number} durationMs
 * @returns {AuditEvent} of the end of a stage
 */
export function endEvent(command, { reason, status }, durationMs) {
  switch (reason) {
    case "exit":
      return { kind: "command.complete", command, exitCode: status, durationMs };
    case "trap":
      return { kind: "command.complete", command, exitCode: EXIT.trapped, durationMs };
    case "timeout":
      return { kind: "command.timeout", command, exitCode: EXIT.timeout, durationMs };
    case "cancelled":
      return { kind: "command.cancelled", command, exitCode: EXIT.cancelled, durationMs };
    default:
      return { kind: "command.complete", command, exitCode: EXIT.failed, durationMs };
  }
}

/**
 * @param {string} command
 * @param {AuditEvent["subtype"]} subtype
 * @returns {AuditEvent}
 */
export function limitEvent(command, subtype) {
  return { kind: "limit.exceeded", command: [...command].slice(0, LONGEST_COMMAND).join(""), subtype };
}
