/** The tools of a Node host: what it answers to the service, and a whole run through a real one. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connect, ToolFailed } from "../../web_worker/service/client.js";
import { startService } from "../../web_worker/service/node.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.PYBRIDGE_PYTHON ?? path.join(root, ".venv", "bin", "python");

/** @param {import("../../web_worker/service/tools.js").HostTools} options */
function connected(options) {
  /** @type {any[]} */
  const sent = [];
  /** @type {any} */
  let receiver;
  const service = connect((each) => {
    receiver = each;
    return { send: (message) => void sent.push(message), close: () => {} };
  }, options);
  return { service, sent, receive: (/** @type {unknown} */ message) => receiver.message(message), receiver };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** @type {Record<string, [unknown, (value: any) => boolean]>} what a tool does, and whether the answer says so */
const CASES = {
  value: [() => [1], ({ result }) => result.value[0] === 1],
  promise: [async () => "x", ({ result }) => result.value === "x"],
  nothing: [() => {}, ({ result }) => result.value === null],
  told: [
    () => Promise.reject(new ToolFailed("closed")),
    ({ error }) => error.code === -32000 && error.message === "closed",
  ],
  untold: [
    () => Promise.reject(new Error("password")),
    ({ error }) => error.code === -32603 && !/password/.test(error.message),
  ],
  thrown: [
    () => {
      throw new Error("password");
    },
    ({ error }) => error.code === -32603,
  ],
  bigint: [() => 1n, ({ error }) => error.code === -32603],
  function: [() => () => {}, ({ error }) => error.code === -32603],
  large: [() => "x".repeat(9 * 1024 * 1024), ({ error }) => error.code === -32603],
};

for (const [name, [call, fits]] of Object.entries(CASES)) {
  test(`a tool is answered once: ${name}`, async () => {
    const { sent, receive } = connected({ tools: { it: { call: /** @type {any} */ (call) } }, allow: { ask: ["it"] } });
    assert.deepEqual(sent[0].params, { tools: { it: {} }, allow: { ask: ["it"] } });
    receive({ jsonrpc: "2.0", id: "call-1", method: "tools.call", params: { tool: "it", args: {}, script: "ask" } });
    await settled();
    assert.equal(sent.length, 2);
    assert.equal(sent[1].id, "call-1");
    assert.ok(fits(sent[1]), JSON.stringify(sent[1]).slice(0, 200));
  });
}

test("a method that the host does not have is refused, and so is every tool of a host without any", async () => {
  const { sent, receive } = connected({});
  receive({ jsonrpc: "2.0", id: "call-1", method: "eval", params: {} });
  await settled();
  assert.equal(sent[0].error.code, -32601);
});

test("a call that is given up is aborted and not answered; the end of the service gives up all", async () => {
  /** @type {AbortSignal[]} */
  const signals = [];
  const call = (/** @type {unknown} */ _, /** @type {any} */ { signal }) => {
    signals.push(signal);
    return new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const { sent, receive, receiver } = connected({ tools: { it: { call } } });
  for (const id of ["call-1", "call-2"]) {
    receive({ jsonrpc: "2.0", id, method: "tools.call", params: { tool: "it", args: {}, script: "ask" } });
  }
  await settled();
  receive({ jsonrpc: "2.0", method: "tools.cancelled", params: { id: "call-1" } });
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
  receiver.closed("gone");
  await settled();
  assert.ok(signals[1]?.aborted);
  assert.equal(sent.length, 1);
});

test("a run fails as the offer of its tools failed, and other calls do not", async () => {
  const { service, sent, receive } = connected({ tools: { it: { call: () => 1 } } });
  const run = service.scripts.run({ name: "ask" });
  const listed = service.scripts.list();
  receive({
    jsonrpc: "2.0",
    id: sent[0].id,
    error: { code: -32000, message: "off", data: { code: "usage", message: "off" } },
  });
  receive({ jsonrpc: "2.0", id: sent[1].id, result: { scripts: [] } });
  await assert.rejects(run, { code: "usage" });
  assert.deepEqual(await listed, { scripts: [] });
});

test("a script and a transform ask two tools of this process at once", { timeout: 600_000 }, async () => {
  const project = mkdtempSync(path.join(tmpdir(), "pybridge-tools-"));
  mkdirSync(path.join(project, "scripts"));
  writeFileSync(path.join(project, "pybridge.toml"), "[features]\ntools = true\n");
  const both = 'await tools.all(tools.twice(x=1), tools.twice(x="text"), tools.twice(x=2))';
  const one = `async def main(args, tools):\n    try:\n        return ${both}\n    except tools.ToolError as error:\n        return str(error)\n`;
  writeFileSync(path.join(project, "scripts", "ask.py"), one);
  const tagger =
    "async def transform(post, context, tools):\n    a, b = await tools.all(tools.twice(x=1), tools.twice(x=2))\n";
  writeFileSync(path.join(project, "scripts", "tagger.py"), `${tagger}    return {**post, "tags": [str(a), str(b)]}\n`);
  const inputSchema = { type: "object", properties: { x: { type: "number" } } };
  let together = 0;
  /** @type {(() => void) | null} */
  let open = null;
  const call = async (/** @type {Record<string, any>} */ { x }) => {
    together += 1;
    if (together % 2 === 1) await new Promise((resolve) => (open = () => resolve(null)));
    else open?.();
    return 2 * x;
  };
  const service = startService({
    project,
    command: python,
    args: ["-m", "pybridge"],
    timeoutMs: 500_000,
    tools: { twice: { call, inputSchema, outputSchema: { type: "number" } } },
    allow: { ask: ["twice"], tagger: ["twice"] },
  });
  try {
    const { run, calls } = await service.scripts.run({ name: "ask" });
    assert.match(String(run.result), /^twice: .*text/);
    assert.deepEqual(calls.map(({ status }) => status).sort(), ["failed", "ok", "ok"]);
    const post = { title: "T", content: "C", tags: [], categories: [] };
    const { transformed } = await service.scripts.transform({ post });
    assert.deepEqual([transformed.post.tags.map(Number), transformed.errors], [[2, 4], []]);
  } finally {
    await service.close();
    rmSync(project, { recursive: true, force: true });
  }
});
