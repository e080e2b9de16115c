/** Drives processes from Node: the real `pybridge python --session`, real processes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test as timeless } from "node:test";
import { fileURLToPath } from "node:url";
import { CommandTool, PybridgeError, PythonProcess, PythonTool } from "../../web_worker/processes/node/processes.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.PYBRIDGE_PYTHON ?? path.join(root, ".venv", "bin", "python");
const program = { command: python, args: ["-m", "pybridge"] };
const LOOP = "print('early', flush=True)\nwhile True: pass";

/**
 * @param {string} name
 * @param {() => Promise<void>} run
 */
const test = (name, run) => timeless(name, { timeout: 120_000 }, run);

/**
 * Use a service of this test's own, which leaves no process.
 * @param {(processes: PythonProcess) => Promise<void>} use
 * @param {import("../../web_worker/processes/node/processes.js").ProcessOptions} [options]
 */
async function withProcesses(use, options = {}) {
  const processes = await PythonProcess.start({ ...program, ...options });
  const { pid } = processes;
  try {
    await use(processes);
  } finally {
    const family = [pid, ...descendants(Number(pid))];
    await processes.dispose();
    assert.deepEqual(family.filter(isAlive), []);
  }
}

/**
 * @param {number} pid
 * @returns {number[]} none of a process that has just ended
 */
function descendants(pid) {
  try {
    const lists = readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"),
    );
    const children = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
    return children.flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return [];
  }
}

/** @param {number | undefined} pid */
function isAlive(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** @param {string} code */
const python3 = (code, more = {}) => ({
  argv: /** @type {[string, ...string[]]} */ (["python3", "-c", code]),
  ...more,
});

/** @param {string} name */
function module(name) {
  const code = `import sys, wasmtime; from tests.processes import tools; sys.stdout.buffer.write(wasmtime.wat2wasm(tools.${name}))`;
  return execFileSync(python, ["-c", code], { cwd: root });
}

test("files go in and out, as text and as bytes, and any number of processes run at the same time", async () => {
  await withProcesses(async (processes) => {
    const code =
      "import sys\nopen('/out.bin', 'wb').write(open('/in.bin', 'rb').read() * 2)\nprint(input(), sys.argv[1:])";
    const files = { "/in.bin": { base64: Buffer.from([255, 0]).toString("base64") } };
    const runs = Array.from({ length: 6 }, (_, number) =>
      processes.run({ argv: ["python", "-c", code, "ü"], stdin: `in ${number}\n`, files }),
    );
    for (const [number, done] of (await Promise.all(runs)).entries()) {
      assert.deepEqual([done.exitCode, done.stdout, done.stderr], [0, `in ${number} ['ü']\n`, ""]);
      assert.deepEqual(done.files, { "/out.bin": { base64: Buffer.from([255, 0, 255, 0]).toString("base64") } });
    }
  });
});

test("a signal kills a process at any moment: exit code 125, with the output so far", async () => {
  await withProcesses(async (processes) => {
    const cancelling = new AbortController();
    const done = await processes.run(python3(LOOP), { signal: cancelling.signal, onStdout: () => cancelling.abort() });
    assert.deepEqual([done.exitCode, done.stdout, done.errorClass], [125, "early\n", "cancelled"]);
    const before = await processes.run(python3("print(1)"), { signal: AbortSignal.abort() });
    assert.deepEqual([before.exitCode, before.stdout, before.message], [125, "", "cancelled"]);
    const slow = await processes.run(python3(LOOP, { limits: { timeoutMs: 1500 } }));
    assert.deepEqual([slow.exitCode, slow.errorClass, slow.message], [124, "timeout", "took longer than 1.5 s"]);
    const delays = [0, 1, 5, 20, 60, 150];
    const runs = delays.map((ms) => processes.run(python3(LOOP), { signal: AbortSignal.timeout(ms) }));
    assert.deepEqual(
      (await Promise.all(runs)).map(({ exitCode }) => exitCode),
      delays.map(() => 125),
    );
  });
});

test("output arrives in pieces, all of it before the outcome; what a listener throws ends the process", async () => {
  await withProcesses(async (processes) => {
    /** @type {Uint8Array[]} */
    const pieces = [];
    const code = "import sys\nfor n in range(2000): print('x' * 99, flush=n % 50 == 0)\nprint('e', file=sys.stderr)";
    const onStdout = (/** @type {Uint8Array} */ piece) => pieces.push(piece);
    const done = await processes.run(python3(code), { onStdout });
    assert.equal(Buffer.concat(pieces).toString(), done.stdout);
    assert.equal(done.stdout, `${"x".repeat(99)}\n`.repeat(2000));
    const onStderr = () => assert.fail("mine");
    const failing = processes.run(python3("import sys\nprint('e', file=sys.stderr)\nwhile True: pass"), { onStderr });
    await assert.rejects(failing, { message: "mine" });
  });
});

test("tools and Python form a pipeline; names that cannot be one or are taken are refused", async () => {
  await withProcesses(async (processes) => {
    processes.register("upper", module("UPPER"));
    processes.register("bytes", new Blob([module("BYTES")]));
    const pipeline = /** @type {any} */ ([
      ["python", "-c", "print('grüße')"],
      ["upper"],
      ["python3", "-c", "print(input())"],
    ]);
    assert.equal((await processes.run({ pipeline })).stdout, "GRüßE\n");
    assert.equal((await processes.run({ argv: ["bytes"], stdin: "12345" })).stdout, "5\n");
    for (const name of ["python", "python3.12", "upper", "a/b", "", "-x"]) {
      assert.throws(() => processes.register(name, new Uint8Array()), { name: "PybridgeError", code: "usage" });
    }
    processes.register("broken", Buffer.from("no module"));
    const done = await processes.run({ argv: ["broken"] });
    assert.equal(done.exitCode, 1);
    assert.match(String(done.message), /not a WebAssembly module/);
  });
});

test("only allowed commands run, and none if none is; limits of the host hold where an invocation names none", async () => {
  const limits = { stdoutBytes: 3 };
  await withProcesses(
    async (processes) => {
      processes.register("upper", module("UPPER"));
      const done = await processes.run({ argv: ["upper"] });
      assert.deepEqual([done.exitCode, done.errorClass], [126, "denied"]);
      assert.equal(done.stderr, "upper: tool not allowed by security policy\n");
      const cut = await processes.run(python3("print('abcdef')"));
      assert.deepEqual([cut.stdout, cut.truncated.stdout], ["abc", true]);
      assert.equal(
        (await processes.run(python3("print('abcdef')", { limits: { stdoutBytes: 9 } }))).stdout,
        "abcdef\n",
      );
      assert.equal((await processes.run({ argv: ["ls"] })).exitCode, 127);
    },
    { allowed: ["python3"], limits },
  );
  await withProcesses(async (processes) => assert.equal((await processes.run(python3(""))).exitCode, 126), {
    allowed: [],
  });
});

test("what is not valid is an outcome with the exit code 2", async () => {
  const wrong = [{ argv: [] }, { argv: ["python"], pipeline: [["python"]] }, null, undefined, 5, [], { argv: ["python", 1] },
    { argv: ["python", "\ud800"] }, { argv: ["python"], files: { "/../x": "" } }, { argv: ["python"], limits: { timeoutMs: -1 } },
    { argv: ["python"], limits: 5 }, { argv: ["python"], stdin: { base64: "?" } }, { argv: ["python"], runtime: "perl" }]; // biome-ignore format: a table
  await withProcesses(async (processes) => {
    for (const each of wrong) {
      const done = await processes.run(/** @type {any} */ (each));
      assert.deepEqual([done.exitCode, done.stdout], [2, ""], JSON.stringify(each));
      assert.match(String(done.message), /^invalid invocation: /);
      assert.equal(done.stderr, `${done.message}\n`);
    }
  });
});

test("a service that dies is an error for what ran, and is started again once, with its tools", async () => {
  await withProcesses(async (processes) => {
    processes.register("upper", module("UPPER"));
    assert.equal((await processes.run({ argv: ["upper"], stdin: "a" })).stdout, "A");
    const first = Number(processes.pid);
    const children = descendants(first);
    const running = processes.run(python3(LOOP), { onStdout: () => process.kill(first, "SIGKILL") });
    await assert.rejects(running, {
      name: "PybridgeError",
      code: "unavailable",
      message: /the service has ended: SIGKILL/,
    });
    assert.equal((await processes.run({ argv: ["upper"], stdin: "b" })).stdout, "B");
    assert.notEqual(processes.pid, first);
    assert.deepEqual([first, ...children].filter(isAlive), []);
  });
});

test("a service that dies before each first answer is not started for ever", async () => {
  const script =
    'import os\nprint(\'{"kind": "begun", "version": "0"}\', flush=True)\nos.read(0, 1)\nraise SystemExit(3)';
  const processes = await PythonProcess.start({ command: python, args: ["-c", script] });
  const pids = new Set();
  for (let count = 0; count < 4; count += 1) {
    await assert.rejects(processes.run(python3("")), { code: "unavailable", message: /exit code 3/ });
    pids.add(processes.pid);
  }
  assert.equal(pids.size, 2);
  await processes.dispose();
});

test("a program that is not there, and options that are wrong, are said at the start", async () => {
  const missing = PythonProcess.start({ command: "pybridge-is-not-here" });
  await assert.rejects(missing, { code: "boot", message: /pip install pybridge-runtime/ });
  await assert.rejects(PythonProcess.start({ ...program, runtime: "perl" }), {
    code: "boot",
    message: /no runtime named 'perl'/,
  });
});

test("disposing ends what runs with the exit code 125; later runs are refused", async () => {
  const processes = await PythonProcess.start(program);
  const family = Number(processes.pid);
  const running = [1, 2, 3].map(() => processes.run(python3(LOOP)));
  await processes.dispose();
  assert.deepEqual(
    (await Promise.all(running)).map(({ exitCode }) => exitCode),
    [125, 125, 125],
  );
  assert.equal(isAlive(family), false);
  await assert.rejects(
    processes.run(python3("")),
    (error) => error instanceof PybridgeError && error.code === "cancelled",
  );
  await processes.dispose();
});

test("the tools for agents have the members of their contract", async () => {
  await withProcesses(async (processes) => {
    const code = "import sys\nprint(input(), sys.argv[1:])";
    const reply = await new PythonTool(processes).run({ code, args: ["a"], stdin: "in" });
    const whole = { exitCode: 0, stdout: "in ['a']\n", stderr: "", truncatedStdout: false, truncatedStderr: false };
    assert.deepEqual(reply, whole);
    const done = await new CommandTool(processes).run({
      argv: ["python", "-c", "import os\nprint(os.getcwd(), os.environ['A'], 'x' * 100)"],
      cwd: "/tmp",
      env: { A: "b" },
      limits: { maxStdoutBytes: 8 },
    });
    assert.deepEqual([done.exitCode, done.stdout, done.truncatedStdout], [0, "/tmp b x", true]);
    const stopped = await new PythonTool(processes).run({ code: LOOP }, { signal: AbortSignal.timeout(500) });
    assert.equal(stopped.exitCode, 125);
  });
});
