/** What the quick checks accept, the validators made from the schemas accept too. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { validateCall, validateWorkerMessage } from "../../web_worker/generated/validators.js";
import { depthOf } from "../../web_worker/host/wire/limits.js";
import { isPlainCall, isPlainReply, PLAIN_DEPTH } from "../../web_worker/host/wire/quick_checks.js";

const PLAIN_CALL = {
  abi: 1,
  macro: { name: "badge", raw: "[[badge]]" },
  params: { label: "a", count: 3, nothing: null, yes: true },
  env: { isPreview: true, mainLanguage: "en" },
};
const ERROR = { error: { code: "not-found", message: "no macro named 'x'", macro: "x" } };
const PLAIN_REPLY = {
  kind: "outcomes",
  id: 7,
  first: 0,
  outcomes: [{ result: { html: "<b>1</b>" }, scriptId: "s" }, ERROR],
  elapsedUs: 12.5,
  done: true,
};
const ODD = [undefined, null, true, -1, 0, 1, 1.5, Number.NaN, "", "x", [], {}, [{}], { html: "x" }, { a: { b: 1 } }];
const NAMES = ["kind", "id", "html", "text", "name", "raw", "env", "post", "body", "seed", "contaminated", "position"];

/** The same numbers every time: a failure can be looked at. */
function createRandom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Change, add or remove a member somewhere in *value*. */
function mutate(value, random) {
  const containers = [value];
  for (const each of containers) {
    for (const child of Object.values(each)) if (typeof child === "object" && child !== null) containers.push(child);
  }
  const target = containers[random(containers.length)];
  const names = [...Object.keys(target), NAMES[random(NAMES.length)]];
  const name = names[random(names.length)];
  if (random(3) === 0) delete target[name];
  else target[name] = structuredClone(ODD[random(ODD.length)]);
}

const asItIs = (value) => value;
const overTheWire = (value) => JSON.parse(JSON.stringify(value));

const CASES = [
  { name: "a call", plain: PLAIN_CALL, isPlain: isPlainCall, validate: validateCall, through: asItIs },
  { name: "a reply", plain: PLAIN_REPLY, isPlain: isPlainReply, validate: validateWorkerMessage, through: overTheWire },
];

for (const { name, plain, isPlain, validate, through } of CASES) {
  suite(name, () => {
    test("is accepted where it is plain", () => {
      assert.equal(isPlain(plain), true);
    });

    test("is never accepted where the schema refuses it", () => {
      const random = createRandom(20261121);
      let accepted = 0;
      let refused = 0;
      for (let round = 0; round < 20_000; round += 1) {
        const changed = structuredClone(plain);
        for (let times = 1 + random(3); times > 0; times -= 1) mutate(changed, random);
        const value = through(changed);
        const verdict = isPlain(value);
        if (verdict) assert.equal(validate(value), true, JSON.stringify(value));
        if (verdict) accepted += 1;
        else refused += 1;
      }
      assert.ok(accepted > 500 && refused > 500, `${accepted} accepted, ${refused} refused`);
    });
  });
}

test("a plain call is not deeper than declared", () => {
  assert.equal(depthOf(PLAIN_CALL, 64), PLAIN_DEPTH);
});

for (const value of [null, undefined, 1, "outcomes", [], [PLAIN_CALL]]) {
  test(`${JSON.stringify(value)} is nothing plain`, () => {
    assert.equal(isPlainCall(value) || isPlainReply(value), false);
  });
}
