/** Strings as code: `eval`, every constructor of functions that any object leads to, imports, timers. */
import { later } from "./primordials.js";
import { fact, rejects, throws } from "./probe.js";

const scope = /** @type {any} */ (globalThis);
const { eval: evaluate, URL: PlatformURL, Blob: PlatformBlob } = scope;
const importNow = (/** @type {string} */ url) => import(url);

/** Objects looked at before the walk is given up: far more than there are. */
const MOST_OBJECTS = 20_000;

/** @returns {Promise<import("./probe.js").Probe[]>} */
export async function probeCode() {
  const timer = timerString();
  const blob = PlatformURL.createObjectURL(new PlatformBlob(["export default 1"], { type: "text/javascript" }));
  const probes = [
    throws("string-eval", () => evaluate("1")),
    ...literalConstructors(),
    reachableConstructors(),
    ...(await Promise.all([
      rejects("dynamic-import", () => importNow("data:text/javascript,export default 1")),
      rejects("import-blob", () => importNow(blob)),
      timer,
    ])),
  ];
  PlatformURL.revokeObjectURL(blob);
  return probes;
}

/** @returns {import("./probe.js").Probe[]} */
function literalConstructors() {
  const makers = {
    function: () => {},
    "async-function": async () => {},
    generator: function* () {},
    "async-generator": async function* () {},
  };
  return Object.entries(makers).map(([name, maker]) =>
    throws(`${name}-constructor`, () => /** @type {any} */ (maker).constructor("return 1")()),
  );
}

/**
 * From the emptied scope along every property and prototype: whatever `constructor.constructor` is found
 * must refuse a string.
 */
function reachableConstructors() {
  const makers = new Set();
  const seen = new Set();
  const left = /** @type {any[]} */ ([scope]);
  while (left.length > 0 && seen.size < MOST_OBJECTS) {
    const each = left.pop();
    if (each === null || (typeof each !== "object" && typeof each !== "function") || seen.has(each)) continue;
    seen.add(each);
    left.push(Object.getPrototypeOf(each));
    for (const key of Reflect.ownKeys(each)) {
      const found = /** @type {PropertyDescriptor} */ (Reflect.getOwnPropertyDescriptor(each, key));
      left.push(found.value, found.get, found.set);
      if (key === "constructor" && typeof found.value?.constructor === "function") makers.add(found.value.constructor);
    }
  }
  const open = [...makers].filter((maker) => !throws("", () => maker("return 1")()).held);
  return fact("reachable-constructors", open.length === 0, open.map(({ name }) => name).join(" "));
}

/** @returns {Promise<import("./probe.js").Probe>} */
async function timerString() {
  const mark = "pybridgeTimerRan";
  throws("", () => later(/** @type {any} */ (`globalThis.${mark} = 1`), 0));
  await new Promise((resolve) => later(resolve, 1));
  const held = scope[mark] === undefined;
  delete scope[mark];
  return fact("timer-string", held);
}
