/**
 * The rules of failure, without I/O: what to do after each event of a batch.
 *
 * 1. Items run together until a worker is lost. Nobody is charged then: the open items run one at a time.
 * 2. Only what ran alone is charged. A call's outcome is the error. In a document the step gets the error and the
 *    document runs again, alone; charged twice for one step, the document fails.
 * 3. A contaminated worker is given up without a charge. What ran alone in it holds, what ran together runs again one
 *    at a time. A transform is charged: its post must not be kept. So is what ran alone without an outcome, or the
 *    worker could say so for ever.
 * 4. A loss that nothing explains charges nobody until it has happened `MOST_UNSEEN` times at one item.
 * 5. A message that the engine refuses as a whole is halved until the item is found.
 * 6. What has cost a worker before runs alone at once.
 * 7. The few items of a small message are answered one at a time. What takes too long there ran alone, and is charged.
 *
 * `tests/failures/decisions.json` holds this function and the command line's to the same decisions.
 */

/** Losses without a visible reason at one item until it is suspected. */
export const MOST_UNSEEN = 3;

/**
 * Most items of a message, and characters of them, that are answered one at a time without a reason: it costs a reply
 * each, for each macro of a document.
 */
const FEW_ITEMS = 8;
const FEW_CHARACTERS = 20_000;

/** From so many items on, a limit on the next message is dropped. */
const MESSAGE_ITEMS = 1000;

/**
 * @typedef {object} State how far a batch has come, and how its next message is sent
 * @property {"calls" | "documents" | "transforms"} items
 * @property {number} next index of the first item that is not finished
 * @property {boolean} alone whether items run one at a time, each answered by itself
 * @property {number | null} atMost most items of the next message; null means as many as fit
 * @property {number} unseen losses without a visible reason since an item was finished
 *
 * @typedef {object} Again
 * @property {boolean} [again] whether the step that ran was charged before, or no transform ran
 *
 * `known`: the script is known because one item ran alone; `idle`: the worker has finished no item and settled no step;
 * `slow`: what was answered one at a time took too long.
 *
 * @typedef {Again & ({kind: "quarantined" | "suspect" | "done" | "cancelled" | "timeOver"}
 *   | {kind: "progress", finished?: number}
 *   | {kind: "refused", sent: number}
 *   | {kind: "contaminated", open: number, known?: boolean, idle?: boolean}
 *   | {kind: "lost", open: number, unseen?: boolean, slow?: boolean})} Event
 *
 * @typedef {{kind: "send" | "receive" | "rerun"}
 *   | {kind: "charge" | "fail" | "refuse", item: number}
 *   | {kind: "finish", because: "done" | "cancelled" | "timeOver"}} Action
 *
 * @typedef {{state: State, action: Action}} Decision
 */

/**
 * The state at the beginning.
 * @param {State["items"]} items
 * @returns {State}
 */
export function initialState(items) {
  return { items, next: 0, alone: items === "transforms", atMost: null, unseen: 0 };
}

/**
 * Whether the items of the next message are answered one at a time, in documents step by step.
 * @param {State} state
 * @param {number} count
 * @param {number} characters
 */
export function isOneByOne({ alone }, count, characters) {
  return alone || (count <= FEW_ITEMS && characters <= FEW_CHARACTERS);
}

/**
 * The state after *event*, and the action to take.
 * @param {State} state
 * @param {Event} event
 * @returns {Decision}
 */
export function decide(state, event) {
  switch (event.kind) {
    case "quarantined":
      return refuse(state);
    case "suspect":
      return { state: { ...state, alone: true, atMost: 1 }, action: { kind: "send" } };
    case "progress":
      return { state: afterProgress(state, event.finished ?? 0), action: { kind: "receive" } };
    case "done":
      return afterMessage(state);
    case "refused":
      return afterRefusal(state, event.sent);
    case "contaminated":
      return afterContamination(state, event);
    case "lost":
      return afterLoss(state, event);
    case "cancelled":
    case "timeOver":
      return { state, action: { kind: "finish", because: event.kind } };
    default:
      return assertNever(event);
  }
}

/**
 * @param {State} state
 * @param {number} finished
 */
function afterProgress(state, finished) {
  return finished === 0 ? state : { ...state, next: state.next + finished, unseen: 0 };
}

/**
 * @param {State} state
 * @returns {Decision}
 */
function refuse(state) {
  return { state: { ...state, next: state.next + 1 }, action: { kind: "refuse", item: state.next } };
}

/**
 * @param {State} state
 * @returns {Decision}
 */
function afterMessage(state) {
  if (state.items === "transforms") return { state, action: { kind: "finish", because: "done" } };
  const doubled = state.alone || state.atMost === null ? MESSAGE_ITEMS : 2 * state.atMost;
  const atMost = doubled < MESSAGE_ITEMS ? doubled : null;
  return { state: { ...state, alone: false, atMost }, action: { kind: "send" } };
}

/**
 * @param {State} state
 * @param {number} sent
 * @returns {Decision}
 */
function afterRefusal(state, sent) {
  if (state.items === "transforms") return { state, action: { kind: "fail", item: state.next } };
  if (sent === 1) return refuse(state);
  return { state: { ...state, atMost: Math.floor(sent / 2) }, action: { kind: "send" } };
}

/**
 * @param {State} state
 * @param {Event & {kind: "contaminated"}} event
 * @returns {Decision}
 */
function afterContamination(state, event) {
  if (state.items === "transforms" || (state.alone && event.idle)) return blame(state, event);
  if (event.known || event.open === 0) return together(state);
  return oneAtATime(state, event.open);
}

/**
 * @param {State} before
 * @param {Event & {kind: "lost"}} event
 * @returns {Decision}
 */
function afterLoss(before, event) {
  const state = event.unseen ? { ...before, unseen: before.unseen + 1 } : before;
  if (event.unseen && state.unseen < MOST_UNSEEN) return { state, action: { kind: "rerun" } };
  if (event.open === 0) return together(state);
  const wasLastCall = state.items === "calls" && event.open === 1;
  return state.alone || event.slow || wasLastCall ? blame(state, event) : oneAtATime(state, event.open);
}

/**
 * @param {State} state
 * @returns {Decision}
 */
function together(state) {
  return { state: { ...state, alone: false, atMost: null }, action: { kind: "rerun" } };
}

/**
 * @param {State} state
 * @param {number} open
 * @returns {Decision}
 */
function oneAtATime(state, open) {
  return { state: { ...state, alone: true, atMost: open }, action: { kind: "rerun" } };
}

/**
 * Charge what ran alone. In a document that is one step, and its other steps stay alone.
 * @param {State} state
 * @param {Again} event
 * @returns {Decision}
 */
function blame(state, { again = false }) {
  const item = state.next;
  /** @type {Action} */
  const action = { kind: again && state.items !== "calls" ? "fail" : "charge", item };
  switch (state.items) {
    case "calls":
      return { state: { ...state, next: item + 1, alone: false, atMost: null }, action };
    case "transforms":
      return { state, action };
    case "documents":
      return { state: { ...state, next: again ? item + 1 : item, alone: true, atMost: 1 }, action };
    default:
      return assertNever(state.items);
  }
}

/**
 * @param {never} value
 * @returns {never}
 */
function assertNever(value) {
  throw new TypeError(`unknown: ${JSON.stringify(value)}`);
}
