/** Options and arguments of the client's methods: what they do not have is refused by name, in the client's own error. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PybridgeError, PythonRuntime } from "../../web_worker/host/client.js";
import { checkInput } from "../../web_worker/host/wire/inputs.js";
import { depthOf, withDefaults } from "../../web_worker/host/wire/limits.js";
import { requireOptions } from "../../web_worker/host/wire/options.js";
import { Rollout } from "../../web_worker/host/rollout.js";
import { Domains } from "../../web_worker/host/workers/domains.js";
import { Pool } from "../../web_worker/host/workers/pool.js";
import { Stats } from "../../web_worker/host/workers/stats.js";
import { SimulatedSandbox } from "./simulated_sandbox.mjs";

/** A client over a simulated sandbox. */
function client() {
  const limits = withDefaults({ itemS: 0.3, compileS: 0.3, bootS: 2 });
  const open = async () => new SimulatedSandbox({});
  const pool = new Pool(new SimulatedSandbox({}), limits, { spares: 0, level: { probes: [], hint: "" }, open });
  const domains = new Domains(pool, () => pool);
  const sanitiser = { outcome: () => [] };
  return new PythonRuntime(
    /** @type {any} */ ({ domains, limits, sanitiser, stats: new Stats(), rollout: new Rollout({}) }),
  );
}

/** Each method, called with options; the other arguments are right. @type {Record<string, (runtime: any, options: any) => any>} */
const CALLED = {
  start: (_, options) => PythonRuntime.start(options),
  renderMany: (runtime, options) => runtime.renderMany([], options),
  renderStream: (runtime, options) => runtime.renderStream([], options).next(),
  preview: (runtime, options) => runtime.preview([], options),
  transform: (runtime, options) => runtime.transform({ title: "", content: "" }, {}, options),
  renderDocuments: (runtime, options) => runtime.renderDocuments([], options),
  renderDocumentsStream: (runtime, options) => runtime.renderDocumentsStream([], options).next(),
  run: (runtime, options) => runtime.run({ slug: "a" }, options),
};

/** @param {any} promise @param {RegExp} message */
function refused(promise, message) {
  return assert.rejects(promise, (/** @type {any} */ error) => {
    assert.ok(error instanceof PybridgeError, String(error?.stack));
    assert.equal(error.code, "usage");
    assert.match(error.message, message);
    return true;
  });
}

suite("options", () => {
  for (const [method, called] of Object.entries(CALLED)) {
    test(`${method}: an unknown one is named, with the known`, async () => {
      const runtime = client();
      await refused(called(runtime, { foo: 1 }), new RegExp(`${method} has no option named foo – known: \\w+`));
      await refused(called(runtime, { sgnal: undefined }), /no option named sgnal/);
      await refused(called(runtime, JSON.parse('{"__proto__": 1}')), /no option named __proto__/);
      runtime.dispose();
    });

    for (const [name, options] of Object.entries({ null: null, text: "x", list: [], number: 1 }))
      test(`${method}: ${name} instead of options`, async () => {
        const runtime = client();
        const wanted = method === "start" && options === null ? /start needs the address/ : /must be an object/;
        await refused(called(runtime, options), wanted);
        runtime.dispose();
      });
  }

  const wrong = {
    ...{ signal: new AbortController(), onProgress: "log", limits: [], args: "one", onStdout: {}, onStderr: 1 },
    ...{ timeoutMs: "5", preload: "no", spares: -1, sanitize: "off", parts: 1, onDifference: [] },
  };
  for (const [name, value] of Object.entries(wrong))
    test(`${name}: a value it cannot have`, () => {
      const methods = Object.keys(CALLED).filter((method) => knows(method, name));
      assert.notDeepEqual(methods, []);
      for (const method of methods)
        assert.throws(() => requireOptions(/** @type {any} */ (method), { [name]: value }), {
          ...{ name: "PybridgeError", code: "usage" },
          message: new RegExp(`the option ${name} of ${method} must be .+, not `),
        });
    });

  test("one that is undefined is left out", () => requireOptions("run", { signal: undefined, args: undefined }));
});

/** @param {any} method @param {string} name */
function knows(method, name) {
  try {
    requireOptions(method, { [name]: undefined });
    return true;
  } catch {
    return false;
  }
}

suite("arguments", () => {
  for (const odd of [undefined, null, 1, "text", {}, Symbol("x"), 1n]) {
    const name = typeof odd === "object" ? JSON.stringify(odd) : String(odd);
    test(`${name} instead of what a method takes`, async () => {
      const runtime = client();
      await refused(runtime.renderMany(/** @type {any} */ (odd)), /a batch is a list/);
      await refused(runtime.preview(/** @type {any} */ (odd)), /a batch is a list/);
      await refused(runtime.renderDocuments(/** @type {any} */ (odd)), /a batch is a list/);
      await refused(runtime.load(/** @type {any} */ (odd)), /load takes a list/);
      await refused(runtime.unload(/** @type {any} */ (odd)), /unload takes a list of paths/);
      await refused(runtime.run(/** @type {any} */ (odd)), /run takes/);
      if (typeof odd === "string") return runtime.dispose();
      await refused(runtime.check(/** @type {any} */ (odd)), /check takes the text/);
      if (odd !== undefined) await refused(runtime.check("", /** @type {any} */ (odd)), /path of a script/);
      await refused(runtime.renderStream(/** @type {any} */ (odd)).next(), /renderStream takes/);
      await refused(runtime.renderDocumentsStream(/** @type {any} */ (odd)).next(), /can be iterated/);
      runtime.dispose();
    });
  }

  test("a client in Node says where it belongs", () =>
    refused(PythonRuntime.start({ assets: "./pybridge/" }), /start needs a page.*pybridge-runtime\/service/));
});

suite("data that contains itself", () => {
  /** @type {any} */
  const ring = { list: [] };
  ring.self = ring;
  ring.again = [ring, ring];

  test("is refused in no time, however often it does", () => {
    assert.equal(depthOf(ring, 64), 65);
    const { error } = checkInput(ring, withDefaults(undefined), "call", () => null);
    assert.equal(error.code, "input-limit");
    assert.match(error.message, /contains itself/);
  });

  test("a value in many places counts once", () => {
    let shared = {};
    for (let depth = 0; depth < 40; depth += 1) shared = { a: shared, b: shared, c: shared };
    assert.equal(depthOf(shared, 64), 41);
  });

  test("is an error of every method", async () => {
    const runtime = client();
    const { abi, macro, env } = { abi: 1, macro: { name: "a" }, env: { isPreview: false } };
    const [outcome] = await runtime.renderMany([{ abi, macro, env, params: { ring } }]);
    assert.equal(outcome.error?.code, "input-limit");
    const calls = ["a", "b"].map((name) => ({ abi, macro: { name }, env, params: {}, data: ring }));
    for (const { error } of await runtime.renderMany(calls)) assert.equal(error?.code, "input-limit");
    for (const name of ["env", "data", "post"]) {
      const refusal = {
        name: "PybridgeError",
        code: "input-limit",
        message: new RegExp(`option ${name} .* contains itself`),
      };
      await assert.rejects(runtime.renderDocuments([{ text: "[[a]]" }], { [name]: ring }), refusal);
      const big = { name: "PybridgeError", code: "schema" };
      await assert.rejects(runtime.renderDocuments([], { [name]: { number: 1n } }), big);
    }
    await assert.rejects(runtime.transform({ title: "", content: "" }, ring), { name: "PybridgeError" });
    runtime.dispose();
  });
});
