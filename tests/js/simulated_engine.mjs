/** The engine of a simulated worker: replies to messages by the names of macros, which tests/failures/README.md lists. */
import { createHash } from "node:crypto";

const ITEMS_A_SLICE = 3;
const SLOW_MS = 250;
const ENDINGS = ["die", "hang", "garbage", "blip", "vanish"];

/** Thrown by a simulated script that ends its worker; the message is one of `ENDINGS`. */
export class Ended extends Error {}

/** One method for each kind of message, which yields the replies. */
export class SimulatedEngine {
  #log;
  /** Scripts by path, as they were loaded. @type {Map<string, any>} */
  #scripts = new Map();

  constructor(log) {
    this.#log = log;
  }

  *limits() {
    yield { kind: "limited" };
  }

  *ping() {
    yield { kind: "pong", heapBytes: this.#log.heapBytes ?? 1 };
  }

  *load({ scripts, unload }) {
    const cause = scripts.find(({ content }) => ENDINGS.includes(content));
    if (cause) throw new Ended(cause.content);
    for (const path of unload) this.#scripts.delete(path);
    for (const script of scripts) this.#scripts.set(script.path, script);
    yield { kind: "loaded", scripts: scripts.map(infoOf) };
  }

  *check({ path, content }) {
    yield { kind: "checked", script: infoOf({ path, content, origin: "project" }), problems: [] };
  }

  *preview({ calls }) {
    const texts = calls.map(({ macro }) => ({ text: macro.name }));
    yield { kind: "previewed", first: 0, texts, elapsedUs: 1, done: true };
  }

  *run() {
    yield { kind: "output", stream: "stdout", text: "before\n" };
    yield { kind: "ran", status: "ok", result: 1, stdout: "before\n", stderr: "" };
  }

  *render({ calls, sliceMs }) {
    const names = calls.map(({ macro }) => macro.name);
    if (names.some((name) => name.startsWith("reject"))) return yield REJECTED;
    const size = sliceMs > 0 ? ITEMS_A_SLICE : 1;
    for (let first = 0; first < names.length; first += size) {
      const ran = names.slice(first, first + size);
      for (const name of ran) this.#execute(name);
      const done = first + size >= names.length;
      yield {
        kind: "outcomes",
        first,
        outcomes: isMute(ran) ? [] : ran.map(outcomeOf),
        elapsedUs: 1,
        done,
        ...noteOf(ran),
      };
    }
  }

  *documents({ documents, sliceMs, charged, known, refused }) {
    if (documents.some(({ text }) => text.startsWith("reject"))) return yield REJECTED;
    const slice = new DocumentSlice(documents.length, sliceMs > 0 ? ITEMS_A_SLICE : 1);
    for (const [at, document] of documents.entries()) {
      const names = document.text.replaceAll(/\[\[|\]\]/g, "").split(" ");
      if (names[0] === "poison") throw new Ended("die");
      if (sliceMs === 0) yield slice.reply(at, 0, names);
      const outcomes = [];
      for (const [step, name] of names.entries()) {
        const error = charged[at]?.[step] ?? refused[`${name}.py`];
        let outcome = name === "endless" ? undefined : (known[at]?.[step] ?? (error && { error }));
        if (!outcome && !this.#isAwaited(name)) {
          this.#execute(name);
          slice.ran.push(name);
          outcome = outcomeOf(name);
        }
        outcomes.push(outcome);
        const isLast = step + 1 === names.length;
        if (isLast) slice.finished.push(documentOf(document, names, outcomes));
        if (slice.add(outcome)) yield isLast ? slice.reply(at + 1, 0, []) : slice.reply(at, step + 1, names);
      }
    }
    if (!slice.isEmpty) yield slice.reply(documents.length, 0, []);
  }

  /** Each loaded transform adds its name to the title. */
  *transform({ post, charged, after }) {
    const all = [...this.#scripts.values()].filter(isOwnTransform);
    const behind = all.slice(all.findIndex(({ path }) => path === after) + 1);
    const stop = behind.findIndex((script) => !runsHere(script));
    const own = behind.slice(0, stop < 0 ? behind.length : stop).map(({ path }) => path);
    const awaited = stop < 0 ? {} : { awaits: behind[stop].path };
    if (own.includes("poison.py")) throw new Ended("die");
    const outcome = { post: { ...post }, applied: [], errors: [], toasts: [] };
    for (const [at, path] of [null, ...own].entries()) {
      const name = path?.replace(".py", "");
      const runs = name !== undefined && !charged[path];
      if (runs) {
        this.#execute(name);
        outcome.post.title += ` ${name}`;
        outcome.applied.push(name);
      } else if (name) {
        outcome.errors.push({ scriptId: `id-${name}`, scriptSlug: name, ...charged[path] });
      }
      const done = at === own.length;
      const note = noteOf(runs ? [name] : []);
      yield {
        kind: "transformed",
        next: own[at] ?? null,
        elapsedUs: 1,
        done,
        ...(done ? { outcome, ...awaited } : {}),
        ...note,
      };
    }
  }

  #execute(name) {
    this.#log.ran.push(name);
    this.#log.onRun?.(name);
    const ending = ENDINGS.find((each) => name.startsWith(each));
    if (ending) throw new Ended(ending);
  }

  #isAwaited(name) {
    const script = this.#scripts.get(`${name}.py`);
    return name === "endless" || (script !== undefined && !runsHere(script));
  }
}

/** The steps since the last reply about documents. */
class DocumentSlice {
  #total;
  #size;
  #steps = 0;
  #last;
  ran = [];
  finished = [];

  constructor(total, size) {
    this.#total = total;
    this.#size = size;
  }

  get isEmpty() {
    return this.#steps === 0 && this.finished.length === 0;
  }

  /** @returns {boolean} whether the slice is full */
  add(outcome) {
    this.#steps += 1;
    this.#last = outcome;
    return this.#steps === this.#size;
  }

  reply(document, step, names) {
    const script = step < names.length ? { script: `${names[step]}.py` } : {};
    const note = noteOf(this.ran);
    const isSettled = note.contaminated?.script && step > 0 && !isMute(this.ran);
    const settled = isSettled ? { settled: { document, step: step - 1, outcome: this.#last } } : {};
    const first = document - this.finished.length;
    const position = { document, step, ...script };
    const done = document === this.#total;
    const reply = { kind: "documents", first, documents: this.finished, position, elapsedUs: 1, done };
    this.#steps = 0;
    this.ran = [];
    this.finished = [];
    return { ...reply, ...note, ...settled };
  }
}

const REJECTED = { kind: "refused", error: { code: "schema", message: "not a message" } };

function outcomeOf(name) {
  return { result: { html: `<b>${name}</b>` }, scriptId: `id-${name}` };
}

/** What a reply adds about the macros that ran together: a delay, or contamination. */
function noteOf(ran) {
  if (ran.some((name) => name.startsWith("slow"))) return { afterMs: SLOW_MS };
  if (!ran.some((name) => /^(taint|liar|mute)/.test(name))) return {};
  const isNamed = ran.length === 1 && !ran[0].startsWith("liar");
  const cause = isNamed ? { script: `${ran[0]}.py` } : {};
  return { contaminated: { what: ["json.dumps"], ...cause } };
}

function isMute(ran) {
  return ran.some((name) => name.startsWith("mute"));
}

/** A script whose text ends with `isolated` runs only where it is alone. */
function runsHere({ content, elsewhere = false, alone = false }) {
  return !elsewhere && (alone || !content.endsWith("isolated"));
}

function isOwnTransform({ content, elsewhere = false }) {
  return content.startsWith("transform") && !elsewhere;
}

function documentOf({ text, path }, names, outcomes) {
  const nothing = { parts: [], macros: [], warnings: [], errors: [] };
  const awaits = names.flatMap((name, step) =>
    outcomes[step] ? [] : [{ step, script: `${name}.py`, call: callOf(name) }],
  );
  if (awaits.length > 0) {
    const made = outcomes.flatMap((outcome, step) => (outcome ? [[step, outcome]] : []));
    return { ...nothing, awaits, known: Object.fromEntries(made) };
  }
  const words = text.split(" ");
  const macros = outcomes.map((outcome, step) => {
    const offset = words.slice(0, step).join(" ").length + (step > 0 ? 1 : 0);
    const place = {
      raw: words[step],
      display: "inline",
      ordinal: step + 1,
      position: { ...(path === undefined ? {} : { path }), line: 1, column: offset + 1, offset },
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
    kind: slug.startsWith("_") ? "helper" : content.startsWith("transform") ? "transform" : "macro",
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
    ...(content.endsWith("isolated") ? { isolated: true } : {}),
  };
}
