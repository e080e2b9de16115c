/**
 * A sandbox that keeps the wire's rules without running anything: macros are named by their fate.
 *
 * `die…` ends its worker, `hang…` never answers, `garbage…` sends no message, `blip…` ends the worker without
 * a word of why, `vanish…` takes the whole sandbox along; others answer. A script's content `die` or `hang`
 * does that to whoever compiles it. A document is macros with spaces between; one whose script is loaded as
 * elsewhere is awaited, `endless` always.
 */
import { createHash } from "node:crypto";

const ITEMS_A_SLICE = 3;

export class SimulatedSandbox {
  #listeners = { error: (_generation, _message) => {}, lost: (_message) => {} };
  /** @type {Map<number, SimulatedPort>} */
  workers = new Map();
  isClosed = false;
  isGone = false;
  /** Told of each reply, once it was said. */
  onReply = (_generation, _reply) => {};

  /** @param {{spawned?: number, stillborn?: (generation: number) => boolean, ran?: string[]}} [log] over all of them */
  constructor(log = {}) {
    this.log = log;
    log.spawned ??= 0;
    log.ran ??= [];
    log.cold ??= [];
    log.messages ??= [];
    log.elsewhere ??= new Set();
  }

  spawn(generation, _options, isCold) {
    this.log.spawned += 1;
    this.log.cold.push(isCold);
    const isStillborn = this.log.stillborn?.(generation) ?? false;
    const port = new SimulatedPort(this, generation, isStillborn);
    this.workers.set(generation, port);
    return port;
  }

  end(generation) {
    this.workers.delete(generation);
  }

  /** What `end` does, without anybody being told. */
  terminateQuietly(generation) {
    this.workers.delete(generation);
  }

  fail(generation) {
    this.#listeners.error(generation);
  }

  lose() {
    this.isGone = true;
    this.#listeners.lost("the sandbox frame does not answer any more");
  }

  onWorkerError(listener) {
    this.#listeners.error = listener;
  }

  onLost(listener) {
    this.#listeners.lost = listener;
  }

  isAlive() {
    return Promise.resolve(!this.isGone);
  }

  close() {
    this.isClosed = true;
    this.workers.clear();
  }
}

class SimulatedPort {
  #sandbox;
  #generation;
  #isDead = false;
  /** @type {((event: {data: unknown}) => void) | null} */
  onmessage = null;

  constructor(sandbox, generation, isStillborn) {
    this.#sandbox = sandbox;
    this.#generation = generation;
    if (isStillborn) this.#say({ kind: "failed", error: { code: "boot", message: "no memory" } });
    else {
      const versions = { abi: 1, python: "3", pyodide: "0" };
      this.#say({ kind: "ready", ...versions, attestation: [], bootMs: 1, phases: {} });
    }
  }

  get #isHeard() {
    const { workers, isGone } = this.#sandbox;
    return !this.#isDead && !isGone && workers.get(this.#generation) === this;
  }

  postMessage(text) {
    setImmediate(() => {
      if (!this.#isHeard) return;
      const message = JSON.parse(text);
      this.#sandbox.log.messages.push(message);
      const done = HANDLERS[message.kind](message, this.#sandbox.log);
      for (const reply of done.replies) {
        this.say(reply);
        this.#sandbox.onReply(this.#generation, reply);
      }
      if (done.fate) this.#meet(done.fate);
    });
  }

  close() {}

  /** Deliver *reply* as if the worker had sent it; a text goes as it is. */
  say(reply) {
    if (this.#isHeard) this.onmessage?.({ data: typeof reply === "string" ? reply : JSON.stringify(reply) });
  }

  #say(reply) {
    setImmediate(() => this.say(reply));
  }

  #meet(fate) {
    if (fate === "garbage") return this.say("no message");
    if (fate === "die") this.say({ kind: "crashed", error: { code: "crash", message: "the interpreter died" } });
    this.#isDead = true;
    if (fate === "blip") this.#sandbox.fail(this.#generation);
    if (fate === "vanish") this.#sandbox.lose();
  }
}

const FATES = ["die", "hang", "garbage", "blip", "vanish"];

function fateOf(name) {
  return FATES.find((fate) => name.startsWith(fate));
}

/** Macros called `taint…` change what others rely on: what a reply says of those that ran together. */
function verdictOn(names) {
  if (!names.some((name) => name.startsWith("taint"))) return {};
  const culprit = names.length === 1 ? { script: `${names[0]}.py` } : {};
  return { contaminated: { what: ["json.dumps"], ...culprit } };
}

const HANDLERS = {
  limits: ({ id }) => ({ replies: [{ kind: "limited", id }] }),
  ping: ({ id }, log) => ({ replies: [{ kind: "pong", id, heapBytes: log.heapBytes ?? 1 }] }),
  load({ id, scripts }, log) {
    const culprit = scripts.find(({ content }) => FATES.includes(content));
    if (culprit) return { replies: [], fate: culprit.content };
    for (const { path, elsewhere } of scripts) log.elsewhere[elsewhere ? "add" : "delete"](path);
    return { replies: [{ kind: "loaded", id, scripts: scripts.map(infoOf) }] };
  },
  render({ id, calls, sliceMs }, log) {
    const size = sliceMs > 0 ? ITEMS_A_SLICE : 1;
    const replies = [];
    for (let first = 0; first < calls.length; first += size) {
      const slice = calls.slice(first, first + size).map(({ macro }) => macro.name);
      for (const name of slice) {
        log.ran.push(name);
        if (fateOf(name)) return { replies, fate: fateOf(name) };
      }
      const outcomes = slice.map((name) => ({ result: { html: `<b>${name}</b>` }, scriptId: `id-${name}` }));
      const done = first + size >= calls.length;
      const verdict = verdictOn(slice);
      replies.push({ kind: "outcomes", id, first, outcomes, elapsedUs: 1, done, ...verdict });
      if (verdict.contaminated) return { replies };
    }
    return { replies };
  },
  documents({ id, documents, known }, log) {
    const outcomes = documents.map(({ text }, index) => documentOutcome(text.split(" "), known[index] ?? {}, log));
    const position = { document: documents.length, step: 0 };
    return { replies: [{ kind: "documents", id, first: 0, documents: outcomes, position, elapsedUs: 1, done: true }] };
  },
};

function documentOutcome(names, known, log) {
  const isAwaited = (name, step) => name === "endless" || (log.elsewhere.has(`${name}.py`) && !known[step]);
  const outcomes = names.map((name, step) => {
    if (known[step] || isAwaited(name, step)) return known[step];
    log.ran.push(name);
    return { result: { html: `<b>${name}</b>` }, scriptId: `id-${name}` };
  });
  const nothing = { parts: [], macros: [], warnings: [], errors: [] };
  const awaits = names.flatMap((name, step) =>
    isAwaited(name, step) ? [{ step, script: `${name}.py`, call: callOf(name) }] : [],
  );
  if (awaits.length > 0) {
    const made = outcomes.flatMap((outcome, step) => (outcome ? [[step, outcome]] : []));
    return { ...nothing, awaits, known: Object.fromEntries(made) };
  }
  const macros = outcomes.map((outcome, step) => {
    const place = {
      raw: `[[${names[step]}]]`,
      display: "inline",
      ordinal: step + 1,
      position: { line: 1, column: 1, offset: 0 },
    };
    const script = { slug: names[step], scriptId: `id-${names[step]}` };
    return { name: names[step], status: outcome.error ? "error" : "ok", ...script, ...place, ...outcome };
  });
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  return { ...nothing, parts: macros.flatMap((_, index) => (index ? [" ", index] : [index])), macros, errors };
}

function callOf(name) {
  return { abi: 1, macro: { name }, params: {}, env: { isPreview: false } };
}

function infoOf({ path, content, origin }) {
  const slug = path.replace(/\.py$/, "");
  return {
    path,
    id: `id-${slug}`,
    slug,
    title: slug,
    kind: "macro",
    entrypoint: "render",
    enabled: true,
    version: 1,
    createdAt: null,
    updatedAt: null,
    aliases: [],
    needs: null,
    body: false,
    params: null,
    origin,
    sha256: createHash("sha256").update(content).digest("hex"),
    problems: [],
    ...(content.startsWith("{") ? { limits: JSON.parse(content) } : {}),
  };
}
