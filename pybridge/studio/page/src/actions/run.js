/**
 * Run the open script: a utility as a program, a macro as one call, a transform on one post.
 * @import { Studio } from "../studio.js"
 * @import { RunOutcome } from "../types.js"
 */
import { failureOf, showError } from "../notices.js";
import { patchRun } from "../patches.js";
import { openBuffer, runOf, runningPath } from "../state.js";
import { exampleToken } from "./preview.js";

/** How many pieces of output are kept; the oldest are dropped. */
const KEPT = 2000;

/** @param {Studio} studio */
export async function runScript(studio) {
  const { store, python } = studio;
  const buffer = openBuffer(store.get());
  const info = buffer?.info;
  if (!buffer || !info || runningPath(store.get()) !== undefined) return;
  const { path } = buffer;
  const signal = studio.runControl.start();
  store.set({ panel: "run", pane: "panel" });
  const { text } = buffer;
  patchRun(store, path, { status: "running", output: [], outcome: null, text, startedAt: performance.now() });
  try {
    const runtime = await python.ready();
    await studio.scriptSync.loadEdited();
    const outcome = await runs[info.kind]?.(studio, runtime, signal, path);
    patchRun(store, path, { status: "done", outcome: outcome ?? null });
  } catch (error) {
    const durationMs = performance.now() - runOf(store.get(), path).startedAt;
    patchRun(store, path, { status: "done", outcome: { status: "error", durationMs, error: failureOf(error) } });
  }
}

/** By kind; the script is the one that Run was pressed for, whichever is open by then.
 * @type {Record<string, (studio: Studio, runtime: any, signal: AbortSignal, path: string) => Promise<RunOutcome>>} */
const runs = { macro: runMacro, transform: runTransform, utility: runUtility };

/** @type {(studio: Studio, runtime: any, signal: AbortSignal, path: string) => Promise<RunOutcome>} */
async function runUtility(studio, runtime, signal, path) {
  const { store } = studio;
  const buffer = store.get().buffers[path];
  const emit = (/** @type {"stdout" | "stderr"} */ stream) => (/** @type {string} */ text) =>
    patchRun(store, path, { output: [...runOf(store.get(), path).output, { stream, text }].slice(-KEPT) });
  const done = await runtime.run(
    { path, content: buffer?.text },
    { args: wordsOf(runOf(store.get(), path).args), onStdout: emit("stdout"), onStderr: emit("stderr"), signal },
  );
  return { status: done.status, durationMs: done.durationMs, error: done.error, value: done.result };
}

/** @type {(studio: Studio, runtime: any, signal: AbortSignal, path: string) => Promise<RunOutcome>} */
async function runMacro(studio, runtime, signal, path) {
  const { store } = studio;
  const { shared, buffers } = store.get();
  const info = buffers[path]?.info;
  const started = performance.now();
  const text = runOf(store.get(), path).token || (info ? exampleToken(info) : "");
  const env = { ...shared.env, isPreview: false };
  const [rendered] = await runtime.renderDocuments([{ text }], { ...shared, env, parts: true, signal });
  const durationMs = performance.now() - started;
  const macro = rendered.macros.at(-1);
  for (const stream of /** @type {const} */ (["stdout", "stderr"])) {
    const printed = rendered.macros.map((/** @type {any} */ each) => each[stream] ?? "").join("");
    if (printed) patchRun(store, path, { output: [...runOf(store.get(), path).output, { stream, text: printed }] });
  }
  const error = rendered.errors[0];
  if (error) return { status: "error", durationMs, error };
  if (macro === undefined || macro.status === "unknown") {
    const message = macro ? `there is no macro named [[${macro.name}]]` : "there is no macro in this text";
    return {
      status: "error",
      durationMs,
      error: { code: "not-found", message, hint: `write it as ${info ? exampleToken(info) : "[[name]]"}` },
    };
  }
  const { html } = await studio.api.bodyOf(rendered);
  return { status: "ok", durationMs, text: rendered.output, html };
}

/** @type {(studio: Studio, runtime: any, signal: AbortSignal) => Promise<RunOutcome>} */
async function runTransform(studio, runtime, signal) {
  const { post } = studio.store.get();
  const before = { ...post, tags: listOf(post.tags), categories: listOf(post.categories) };
  const started = performance.now();
  const { post: after, applied, errors, toasts } = await runtime.transform(before, { source: "studio" }, { signal });
  const durationMs = performance.now() - started;
  const own = errors[0];
  return { status: own ? "error" : "ok", durationMs, error: own, post: { before, after }, applied, toasts };
}

/** @param {string} text words, in double quotes if they contain spaces */
export function wordsOf(text) {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/** @param {string} text */
function listOf(text) {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}

/**
 * Use a document as the post for a transform.
 * @param {Studio} studio
 * @param {string} path
 */
export async function takePost(studio, path) {
  const isLatest = studio.requests.posts.begin();
  try {
    const { text } = await studio.api.readDocument(path);
    const { transformPost } = await studio.api.prepareDocument(path, text);
    if (transformPost === null)
      throw {
        value: {
          code: "schema",
          message: `${path} has too little front matter for a post`,
          hint: "it needs at least a title",
        },
      };
    if (!isLatest()) return;
    const { title, content, tags, categories } = transformPost;
    studio.store.set({ post: { title, content, tags: tags.join(", "), categories: categories.join(", ") } });
  } catch (error) {
    showError(studio.store, error);
  }
}
