/** Changes to messages, the same for the same seed: members, lists, texts, and values that only a structured clone can have. */

export const MARK = "FORGED";

const VALUES = [
  ...[null, true, false, 0, -0, 1, -1, 2, 3, 0.5, 2 ** 53, 2 ** 63, 1e300, "", "x", MARK, "\ud800", "a1.py", "ok"],
  ...["__proto__", "constructor", "[[a1]]", "0", [], {}, [1], [[]], [""], [0, 0], { html: MARK }, { step: 0 }],
  ...[{ document: 0, step: 0 }, { code: "crash", message: MARK }, { what: ["x"] }, { what: ["x"], script: "a1.py" }],
  { toString: 1, valueOf: 1 },
];
const KINDS = [
  ...["loaded", "outcomes", "documents", "transformed", "checked", "ran", "output", "limited", "previewed"],
  ...["refused", "pong", "cancelled", "ready", "crashed", "failed", "own", "constructor"],
];
const MEMBERS = [
  ...["first", "done", "outcomes", "documents", "position", "settled", "contaminated", "next", "outcome", "script"],
  ...["scripts", "error", "stdout", "more", "parts", "raw", "awaits", "known", "__proto__", "constructor", "length"],
];
const TOKENS = ['"', "}", "]", "NaN", "1e999", "-0", "-", "\0", "\ud800", "[".repeat(2000), '{"a":'.repeat(500), ""];

/**
 * The same numbers every time: a failure can be looked at.
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, below: (count) => Math.floor(next() * count), pick: (list) => list[Math.floor(next() * list.length)] };
}

/** Change one value somewhere in *message*. */
export function mutate(message, random) {
  let place = message;
  for (;;) {
    const inner = Object.values(place).filter((each) => typeof each === "object" && each !== null && sizeOf(each) > 0);
    if (inner.length === 0 || random.next() < 0.3) break;
    place = random.pick(inner);
  }
  if (Array.isArray(place)) changeItem(place, random);
  else changeMember(place, random);
}

function sizeOf(value) {
  return Object.keys(value).length;
}

function changeMember(place, random) {
  const name = random.pick([...Object.keys(place), random.pick(MEMBERS)]);
  if (Object.hasOwn(place, name) && random.next() < 0.2) {
    delete place[name];
    return;
  }
  const value = name === "kind" ? random.pick(KINDS) : structuredClone(random.pick(VALUES));
  Object.defineProperty(place, name, { value, enumerable: true, configurable: true, writable: true });
}

function changeItem(place, random) {
  const at = random.below(place.length + 1);
  const what = random.next();
  if (what < 0.3 || at === place.length) place.splice(at, 0, structuredClone(random.pick([...VALUES, ...place])));
  else if (what < 0.5) place.splice(at, 1);
  else if (what < 0.7) place.reverse();
  else place[at] = structuredClone(random.pick(VALUES));
}

/** Damage the JSON itself. */
export function damage(text, random) {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(TOKENS) + text.slice(at + random.below(3));
}

/** A value that only a structured clone can have. */
export function oddClone(random) {
  const cyclic = { kind: "pong", list: [] };
  cyclic.list.push(cyclic);
  return random.pick([
    ...[undefined, null, 7, 10n, true, Number.NaN, new Map([["kind", "pong"]]), new Set(["kind"]), new Date(0)],
    ...[
      /x/,
      new Error(MARK),
      new Uint8Array(8),
      new ArrayBuffer(8),
      new SharedArrayBuffer(8),
      Object.assign([], { 5: 1 }),
      cyclic,
      Object(1),
    ],
    ...[{ kind: { toString: 1 } }, { kind: "worker-error" }, { kind: "worker-error", generation: { valueOf: 1 } }],
    ...[
      { kind: "worker-error", generation: 1e300 },
      { kind: "worker-error", generation: 7, message: { toString: 1 } },
    ],
    ...[{ kind: "worker-error", generation: 7, message: MARK.repeat(1000) }, { kind: "pong" }, { kind: "constructor" }],
  ]);
}
