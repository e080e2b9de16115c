/** Drives `pybridge serve` with the client alone: real process, real files. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as timeless } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ServiceError } from "../../web_worker/service/client.js";
import { startService } from "../../web_worker/service/node.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.PYBRIDGE_PYTHON ?? path.join(root, ".venv", "bin", "python");
const REQUESTS = process.env.PYBRIDGE_LONG === "1" ? 1000 : 250;

/**
 * @param {string} name
 * @param {() => Promise<void>} run
 */
const test = (name, run) => timeless(name, { timeout: 300_000 }, run);

/** @param {(service: ReturnType<typeof startService>, project: string) => Promise<void>} use */
async function withService(use) {
  const project = mkdtempSync(path.join(tmpdir(), "pybridge-service-"));
  mkdirSync(path.join(project, "scripts"));
  mkdirSync(path.join(project, "posts"));
  writeFileSync(path.join(project, "scripts", "counter.py"), content(0));
  writeFileSync(path.join(project, "posts", "trip.md"), "[[counter]] and [[counter]]\n");
  const service = startService({ project, command: python, args: ["-m", "pybridge"], timeoutMs: 100_000 });
  try {
    await use(service, project);
  } finally {
    await service.close();
    rmSync(project, { recursive: true, force: true });
  }
}

/** @param {number} number */
const content = (number) => `def render(context):\n    return {"text": "${number}"}\n`;

/** @param {string} text */
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

test("the day of a script: written, found, renamed with its document, deleted, brought back", async () => {
  await withService(async (service, project) => {
    const info = await service.project.info();
    assert.equal(info.name, path.basename(project));
    assert.ok(info.defaults.every(({ action }) => action === "current"));
    const created = await service.scripts.create({ title: "Photo map", kind: "macro" });
    assert.equal(created.script?.slug, "photo_map");
    const text = `${created.content}\n# a remark\n`;
    const written = await service.scripts.write({
      name: "photo_map",
      content: text,
      expected: String(created.change.sha256),
    });
    assert.match(String(written.content), /# a remark\n$/);
    const { found } = await service.scripts.search({ words: "remark" });
    assert.deepEqual(
      found.map(({ slug }) => slug),
      ["photo_map"],
    );
    const renamed = await service.scripts.rename({ name: "counter", slug: "clock", updateDocuments: true });
    assert.deepEqual(
      renamed.change.documents.map((document) => document.path),
      ["posts/trip.md"],
    );
    assert.equal(readFileSync(path.join(project, "posts", "trip.md"), "utf8"), "[[clock]] and [[clock]]\n");
    await service.scripts.delete({ name: "clock" });
    const restored = await service.scripts.restore({ name: "clock" });
    assert.equal(restored.content, content(0));
  });
});

test("a stale write is refused with the hash of what is there", async () => {
  await withService(async (service, project) => {
    writeFileSync(path.join(project, "scripts", "counter.py"), content(7));
    const writing = service.scripts.write({ name: "counter", content: content(1), expected: sha256(content(0)) });
    await assert.rejects(writing, (error) => {
      assert.ok(error instanceof ServiceError);
      assert.deepEqual([error.code, error.number, error.value.sha256], ["conflict", -32000, sha256(content(7))]);
      return true;
    });
  });
});

test("many mixed requests at once: none lost, changes in their order, reads never older than what was asked before", async () => {
  await withService(async (service) => {
    let version = 0;
    const answers = [];
    for (let index = 0; index < REQUESTS; index += 1) answers.push(request(service, index));
    const settled = await Promise.all(answers);
    assert.equal(settled.length, REQUESTS);
    assert.equal((await service.scripts.read({ name: "counter" })).content, content(version));

    /**
     * @param {typeof service} service
     * @param {number} index
     */
    async function request(service, index) {
      const before = version;
      switch (index % 10) {
        case 0: {
          version += 1;
          const text = content(version);
          const { change } = await service.scripts.write({
            name: "counter",
            content: text,
            expected: sha256(content(before)),
          });
          return assert.equal(change.sha256, sha256(text));
        }
        case 1:
        case 2: {
          const { content: seen } = await service.scripts.read({ name: "counter" });
          return assert.ok(Number(/"(\d+)"/.exec(seen)?.[1]) >= before, `${seen} is older than ${before}`);
        }
        case 3:
          return assert.equal((await service.documents.read({ path: "posts/trip.md" })).path, "posts/trip.md");
        case 4:
          return assert.equal((await service.scripts.uses({ name: "counter" })).documents[0]?.count, 2);
        case 5:
          return assert.rejects(service.scripts.read({ name: `nobody_${index}` }), { code: "not-found" });
        case 6:
          return assert.rejects(service.documents.read({ path: "../secret.md" }), { code: "usage" });
        case 7:
          return assert.equal((await service.documents.prepare({ path: "posts/a.md", text: "hello" })).problem, null);
        case 8:
          return assert.equal(
            (await service.check.source({ path: "scripts/x.py", content: "x = 1\n" })).path,
            "scripts/x.py",
          );
        default:
          return assert.ok(
            (await service.scripts.history({ name: "counter" })).versions.length >= Math.min(before, 1) - 1,
          );
      }
    }
  });
});

test("an event tells of a file that another program changed", async () => {
  await withService(async (service, project) => {
    await service.project.info();
    const told = new Promise((resolve) => service.on("scripts.changed", resolve));
    writeFileSync(path.join(project, "scripts", "counter.py"), content(1));
    const params = await told;
    assert.deepEqual(params, { changed: ["scripts/counter.py"], removed: [], moved: [] });
  });
});

test("a call ends by its signal, its deadline, or with the service", async () => {
  await withService(async (service) => {
    await service.project.info();
    const stop = new AbortController();
    const stopped = service.check.project({}, { signal: stop.signal });
    stop.abort();
    await assert.rejects(stopped, { code: "cancelled" });
    await assert.rejects(service.check.project({}, { timeoutMs: 1 }), { code: "timeout" });
    const waiting = assert.rejects(service.check.project(), { code: "unavailable" });
    process.kill(Number(service.pid), "SIGKILL");
    await waiting;
    assert.match(await service.closed, /SIGKILL/);
    await assert.rejects(service.project.info(), { code: "unavailable" });
  });
});

test("a folder that is not a project is named, with what to do", async () => {
  const empty = mkdtempSync(path.join(tmpdir(), "pybridge-empty-"));
  try {
    const service = startService({ project: empty, command: python, args: ["-m", "pybridge"] });
    await assert.rejects(service.scripts.list(), (/** @type {ServiceError} */ error) => {
      assert.equal(error.code, "unavailable");
      assert.ok(error.message.includes(`no project at ${empty}`), error.message);
      assert.match(String(error.hint), /pybridge init/);
      return true;
    });
    assert.match(await service.closed, /exit code 2/);
  } finally {
    rmSync(empty, { recursive: true });
  }
});

test("the example of docs/service.md runs in a new project", async () => {
  const page = readFileSync(path.join(root, "docs", "service.md"), "utf8");
  const [, example] = /^```js\n(import .*?)^```$/ms.exec(page) ?? [];
  const project = mkdtempSync(path.join(tmpdir(), "pybridge-example-"));
  try {
    execFileSync(python, ["-m", "pybridge", "init", project]);
    const service = pathToFileURL(path.join(root, "web_worker", "service", "node.js")).href;
    const text = String(example)
      .replace('"pybridge-runtime/service"', JSON.stringify(service))
      .replace('"/home/me/blog"', JSON.stringify(project));
    assert.ok(text.includes(service) && text.includes(project), text);
    const file = path.join(project, "example.mjs");
    writeFileSync(file, text);
    const env = { ...process.env, PATH: `${path.dirname(python)}${path.delimiter}${process.env.PATH}` };
    const printed = execFileSync(process.execPath, [file], { env, encoding: "utf8" });
    assert.match(printed, /gallery/);
  } finally {
    rmSync(project, { recursive: true });
  }
});

test("a program that is not there is said to be", async () => {
  const service = startService({ project: ".", command: "/nowhere/pybridge" });
  await assert.rejects(service.project.info(), { code: "unavailable", hint: /pip install/ });
  assert.match(await service.closed, /did not start/);
});
