/**
 * Reads the messages of a worker: of bounded size, valid by the schema, and of a kind that the request asks for.
 *
 * A worker may be under a script's control: it can send anything at any time. What is not the answer to its request ends
 * the worker.
 */
import { validateWorkerMessage } from "../../generated/validators.js";
import { isPlainReply } from "../wire/quick_checks.js";
import { isJsonValue } from "./values.js";

/** Characters of one message: a slice of outcomes, each within its limit. */
const LONGEST_MESSAGE = 2 ** 28;

/** Levels of nesting of a message; an engine accepts and sends no more. */
const DEEPEST = 400;

/**
 * What a worker is asked for; `start` is not a message.
 * @typedef {"start" | "load" | "check" | "run" | "limits" | "ping" | "render" | "documents" | "preview" | "transform"} Request
 */

/** The kinds of messages that answer a request. @type {Record<Request, readonly string[]>} */
const ANSWERS = {
  start: ["ready"],
  load: ["loaded", "refused"],
  check: ["checked", "refused"],
  run: ["output", "ran", "refused"],
  limits: ["limited", "refused"],
  ping: ["pong"],
  render: ["outcomes", "refused"],
  documents: ["documents", "refused"],
  preview: ["previewed", "refused"],
  transform: ["transformed", "refused"],
};

/** The errors that a worker can report about itself. The others are for the host to find. */
const OWN_ENDS = ["crash", "capability"];

/**
 * @param {unknown} text
 * @returns {{message: any, violation: string}} the message, or null and its violation
 */
export function decode(text) {
  if (typeof text !== "string") return { message: null, violation: "not a string" };
  if (text.length > LONGEST_MESSAGE) return { message: null, violation: `longer than ${LONGEST_MESSAGE} characters` };
  try {
    const message = JSON.parse(text);
    if (isPlainReply(message)) return { message, violation: "" };
    if (!isJsonValue(message, DEEPEST)) return { message: null, violation: "nested too deeply, or not JSON" };
    if (validateWorkerMessage(message)) return { message, violation: "" };
    const [first] = validateWorkerMessage.errors ?? [];
    return { message: null, violation: `${first?.instancePath || "/"} breaks ${first?.keyword}` };
  } catch {
    return { message: null, violation: "not JSON" };
  }
}

/**
 * @param {Request} request
 * @param {any} message valid by its schema
 * @param {boolean} isCancelled whether the host cancelled the request
 * @throws {Error} when a message of this kind does not answer *request*
 */
export function checkKind(request, message, isCancelled) {
  const { kind, contaminated } = message;
  const isAnswer = ANSWERS[request].includes(kind) || (kind === "cancelled" && isCancelled);
  if (!isAnswer) throw new Error(`${kind} does not answer ${request}`);
  if (request === "run" && contaminated && contaminated.script === undefined) {
    throw new Error("a script that runs alone is not named");
  }
  if (contaminated?.script !== undefined && !hasResult(message))
    throw new Error("it names a script without an outcome");
}

/**
 * Whether a message about a batch has an outcome of the script that ran alone.
 * @param {any} message
 */
function hasResult({ kind, outcomes, documents, settled }) {
  switch (kind) {
    case "outcomes":
      return outcomes.length > 0;
    case "documents":
      return documents.length > 0 || settled !== undefined;
    default:
      return true;
  }
}

/**
 * How a worker ended, in its own words.
 * @param {any} message `crashed` or `failed`
 * @param {Request | undefined} request
 * @returns {{code: string, message: string}}
 */
export function endOf({ kind, error }, request) {
  const { code, message } = error;
  if (kind === "failed" && request === "start") return { code: "boot", message };
  if (kind === "crashed" && request !== undefined && OWN_ENDS.includes(code)) return { code, message };
  return { code: "crash", message: `the worker sent an invalid message: ${kind}, ${code}` };
}
