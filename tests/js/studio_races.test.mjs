/** Late and reordered responses of the studio's service and worker. */
import assert from "node:assert/strict";
import test from "node:test";
import { compare } from "../../pybridge/studio/page/src/actions/differences.js";
import { editDocument, saveDocument } from "../../pybridge/studio/page/src/actions/documents.js";
import { showHistory } from "../../pybridge/studio/page/src/actions/history.js";
import { changeField } from "../../pybridge/studio/page/src/actions/metadata.js";
import { refresh, refreshProject } from "../../pybridge/studio/page/src/actions/outside.js";
import { followScript, showDocument } from "../../pybridge/studio/page/src/actions/preview.js";
import { reloadScripts } from "../../pybridge/studio/page/src/actions/python.js";
import { takePost } from "../../pybridge/studio/page/src/actions/run.js";
import {
  afterChange,
  editScript,
  openScript,
  refreshScripts,
  saveScript,
} from "../../pybridge/studio/page/src/actions/scripts.js";
import { createNewest } from "../../pybridge/studio/page/src/newest.js";
import { createQueue } from "../../pybridge/studio/page/src/queue.js";
import { initialState } from "../../pybridge/studio/page/src/state.js";
import { createStore } from "../../pybridge/studio/page/src/store.js";
import { createStudio } from "../../pybridge/studio/page/src/studio.js";

const STARS = "scripts/stars.py";

/** A request of the page that the test answers. */
function asked() {
  /** @type {{args: any[], answer: (value: any) => void}[]} */
  const questions = [];
  const ask = (/** @type {any[]} */ ...args) => new Promise((answer) => questions.push({ args, answer }));
  return { questions, ask };
}

/** Let all pending promises settle that wait for no request. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

const NO_DRAFTS = { keep: () => true, get: () => null, forget() {}, paths: () => [] };

/** @param {Record<string, unknown>} api @param {Record<string, unknown>} [python] @param {Record<string, unknown>} [drafts] */
function studioWith(api, python = {}, drafts = NO_DRAFTS) {
  const store = createStore(initialState());
  const media = { forget() {} };
  const listing = { listScripts: async () => [], listDocuments: async () => [] };
  const parts = /** @type {any} */ ({ store, api: { ...listing, ...api }, python, drafts, media });
  return { studio: createStudio(parts), store };
}

/** @param {any} store @param {Record<string, unknown>} [fields] */
function open(store, fields) {
  const base = { content: "a", sha256: "sha of a" };
  const buffer = { path: STARS, base, text: "a", problems: [], info: null, uses: [], isSaving: false, conflict: null };
  store.set({ selected: STARS, buffers: { [STARS]: { ...buffer, refused: null, ...fields } } });
  return () => store.get().buffers[STARS];
}

const read = (/** @type {string} */ content) => ({
  content,
  sha256: `sha of ${content}`,
  script: { content },
  uses: [],
});

test("work in a queue starts at once if the queue is empty, otherwise after earlier work succeeded or failed", async () => {
  const { questions, ask } = asked();
  const queue = createQueue();
  const first = queue.add(() => ask("first"));
  assert.equal(questions.length, 1);
  const second = queue.add(async () => {
    throw new Error("no");
  });
  const third = queue.add(async () => "third");
  const idle = queue.idle();
  await settled();
  assert.equal(questions.length, 1);
  questions[0].answer("first");
  assert.equal(await first, "first");
  await assert.rejects(second);
  assert.equal(await third, "third");
  await idle;
  queue.add(() => ask("fourth"));
  assert.equal(questions.length, 2);
});

test("a response is taken unless one to a later request was taken; a failed request changes nothing", async () => {
  const { questions, ask } = asked();
  const newest = createNewest();
  /** @type {string[]} */
  const taken = [];
  const take = (/** @type {any} */ answer) => void taken.push(answer);
  const asking = [1, 2, 3].map(() => newest(ask, take));
  questions[0].answer("first");
  await settled();
  questions[2].answer("third");
  await settled();
  questions[1].answer("second");
  await Promise.all(asking);
  assert.deepEqual(taken, ["first", "third"]);
  await assert.rejects(newest(() => Promise.reject(new Error("no")), take));
  const last = newest(ask, take);
  questions[3].answer("last");
  await last;
  assert.deepEqual(taken, ["first", "third", "last"]);
});

test("the latest comparison of files and index is shown, in whatever order responses arrive", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ diff: ask });
  const comparing = [compare(studio), compare(studio)];
  questions[1].answer({ same: false });
  questions[0].answer({ same: true });
  await Promise.all(comparing);
  assert.deepEqual(store.get().differences.report, { same: false });
});

test("an outside change repeats the comparison while files and index are shown", async () => {
  let answers = 0;
  const { studio, store } = studioWith({ diff: async () => ({ answers: ++answers }) });
  await refresh(studio);
  assert.equal(answers, 0);
  store.set({ view: "differences" });
  await refresh(studio);
  assert.deepEqual(store.get().differences.report, { answers: 1 });
});

test("the list of scripts is the one requested last", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ listScripts: ask });
  const listing = [refreshScripts(studio), refreshScripts(studio)];
  questions[1].answer(["new"]);
  questions[0].answer(["old"]);
  await Promise.all(listing);
  assert.deepEqual(store.get().scripts, ["new"]);
});

test("changed settings restart Python once, however many events report them, and restarts do not overlap", async () => {
  let limits = { itemS: 1 };
  const starts = asked();
  const ends = asked();
  // Renderings ask for Python too: only the starts are counted.
  const ready = () => (store.get().python.status === "starting" ? starts.ask() : new Promise(() => {}));
  const { studio, store } = studioWith(
    { project: async () => ({ limits }), shared: async () => ({}), scriptSources: async () => [] },
    { dispose: ends.ask, ready, loadAll: async () => {}, known: () => {} },
  );
  store.set({ python: { status: "ready", failure: null }, project: /** @type {any} */ ({ limits: { itemS: 9 } }) });
  const looking = [refreshProject(studio), refreshProject(studio)];
  await settled();
  assert.equal(ends.questions.length, 1);
  limits = { itemS: 2 };
  looking.push(refreshProject(studio));
  await settled();
  assert.equal(ends.questions.length, 1);
  for (const at of [0, 1]) {
    ends.questions[at].answer(undefined);
    await settled();
    starts.questions[at].answer({});
    await settled();
  }
  await Promise.all(looking);
  assert.deepEqual([ends.questions.length, starts.questions.length], [2, 2]);
});

test("the document chosen last is shown, in whatever order documents arrive", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ readDocument: ask });
  const showing = [showDocument(studio, "fog.md"), showDocument(studio, "soup.md")];
  questions[1].answer({ text: "soup", sha256: "" });
  questions[0].answer({ text: "fog", sha256: "" });
  await Promise.all(showing);
  assert.equal(store.get().preview.path, "soup.md");
});

test("a document opened for a script does not replace one that was edited meanwhile", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ readDocument: ask });
  open(store, { info: { kind: "macro", slug: "stars", aliases: [], params: null } });
  store.set({ documents: [{ path: "fog.md", macros: { stars: 1 } }] });
  const following = followScript(studio, STARS);
  editDocument(studio, "mine");
  questions[0].answer({ text: "fog", sha256: "" });
  await following;
  assert.deepEqual([store.get().preview.path, store.get().preview.text], [null, "mine"]);
});

test("the post chosen last stays", async () => {
  const { questions, ask } = asked();
  const post = (/** @type {string} */ title) => ({ transformPost: { title, content: "", tags: [], categories: [] } });
  const { studio, store } = studioWith({ readDocument: async () => ({ text: "" }), prepareDocument: ask });
  const taking = [takePost(studio, "fog.md"), takePost(studio, "soup.md")];
  await settled();
  questions[1].answer(post("Soup"));
  questions[0].answer(post("Fog"));
  await Promise.all(taking);
  assert.equal(store.get().post.title, "Soup");
});

test("a late history is not shown for another script; the chosen version stays chosen", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ history: ask, versionContent: async () => "text" });
  const versions = [{ sha256: "new" }, { sha256: "old" }];
  store.set({ selected: "scripts/other.py" });
  const late = showHistory(studio, "scripts/other.py");
  open(store);
  const shown = showHistory(studio, STARS);
  questions[1].answer({ versions });
  await shown;
  questions[0].answer({ versions: [{ sha256: "of the other" }] });
  await late;
  assert.deepEqual([store.get().history.path, store.get().history.chosen], [STARS, "new"]);

  store.set({ history: { ...store.get().history, chosen: "old" } });
  const again = showHistory(studio, STARS);
  questions[2].answer({ versions: [{ sha256: "newer" }, ...versions] });
  await again;
  assert.equal(store.get().history.chosen, "old");
});

test("text typed while the store changes a file is kept as a conflict with the new file", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ readScript: ask });
  const buffer = open(store);
  const changing = afterChange(studio, STARS);
  editScript(studio, STARS, "a and more");
  questions[0].answer(read("b"));
  await changing;
  assert.equal(buffer().text, "a and more");
  assert.equal(buffer().conflict.theirs.content, "b");
});

test("a second save during the first saves the text typed since", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ writeScript: ask });
  const buffer = open(store, { text: "b" });
  const first = saveScript(studio, STARS);
  assert.equal(buffer().isSaving, true);
  editScript(studio, STARS, "c");
  const second = saveScript(studio, STARS);
  questions[0].answer(read("b"));
  await first;
  await settled();
  assert.deepEqual(questions[1].args, [STARS, "c", "sha of b"]);
  questions[1].answer(read("c"));
  await second;
  assert.deepEqual([buffer().base.content, buffer().isSaving], ["c", false]);
});

test("a second save of a document during the first saves the text typed since", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ writeDocument: ask });
  const base = { content: "a", sha256: "sha of a" };
  store.set({ preview: { ...store.get().preview, path: "x.md", base, text: "b" } });
  const first = saveDocument(studio);
  editDocument(studio, "c");
  const second = saveDocument(studio);
  questions[0].answer({ sha256: "sha of b" });
  await first;
  await settled();
  assert.deepEqual(questions[1].args, ["x.md", "c", "sha of b"]);
  questions[1].answer({ sha256: "sha of c" });
  await second;
  assert.deepEqual(store.get().preview.base, { content: "c", sha256: "sha of c" });
});

test("a change made by the studio is not reported as an outside change", async () => {
  const update = asked();
  const reading = asked();
  const { studio, store } = studioWith({ updateScript: update.ask, readScript: reading.ask });
  const buffer = open(store);
  const changing = changeField(studio, STARS, "title", "New");
  await settled();
  update.questions[0].answer({});
  await settled();
  const looking = refresh(studio);
  await settled();
  while (reading.questions.length > 0) {
    reading.questions.pop()?.answer(read("b")); // the latest request is answered first
    await settled();
  }
  await Promise.all([changing, looking]);
  assert.equal(buffer().text, "b");
  assert.deepEqual(store.get().notices, []);
});

test("an outside change during a save is shown after the save", async () => {
  const writing = asked();
  const { studio, store } = studioWith({
    writeScript: writing.ask,
    readScript: async () => read("somebody else's"),
  });
  const buffer = open(store, { text: "b" });
  const saving = saveScript(studio, STARS);
  const looking = refresh(studio);
  await settled();
  writing.questions[0].answer(read("b"));
  await Promise.all([saving, looking]);
  assert.equal(buffer().text, "somebody else's");
});

test("a header field that is changed during typing is changed in the latest text", async () => {
  const writing = asked();
  const update = asked();
  const { studio, store } = studioWith({
    writeScript: writing.ask,
    updateScript: update.ask,
    readScript: async () => read("c with a title"),
  });
  const buffer = open(store, { text: "b" });
  const changing = changeField(studio, STARS, "title", "New");
  editScript(studio, STARS, "c");
  writing.questions[0].answer(read("b"));
  await settled();
  assert.deepEqual(writing.questions[1].args, [STARS, "c", "sha of b"]);
  writing.questions[1].answer(read("c"));
  await settled();
  assert.deepEqual(update.questions[0].args, [STARS, { title: "New" }, "sha of c"]);
  update.questions[0].answer({});
  await changing;
  assert.deepEqual([buffer().text, buffer().isSaving], ["c with a title", false]);
});

test("problems are shown for the text in the worker, not for an earlier text", async () => {
  const known = { content: "b", info: { problems: ["of b"] } };
  const python = { loadAll: async () => {}, known: () => known };
  const { studio, store } = studioWith({ scriptSources: async () => [] }, python);
  const buffer = open(store, { text: "b" });
  store.set({ python: { status: "ready", failure: null } });
  await reloadScripts(studio);
  assert.deepEqual(buffer().problems, ["of b"]);
  editScript(studio, STARS, "c");
  store.set({ buffers: { [STARS]: { ...buffer(), problems: ["of c"] } } });
  await reloadScripts(studio);
  assert.deepEqual(buffer().problems, ["of c"]);
});

test("a conflict outlives a reload, with the text typed after it appeared", async () => {
  /** @type {Record<string, any>} */
  const kept = {};
  const drafts = {
    get: (/** @type {string} */ name) => kept[name] ?? null,
    keep: (/** @type {string} */ name, /** @type {any} */ draft) => {
      kept[name] = draft;
      return true;
    },
    forget: (/** @type {string} */ name) => delete kept[name],
    paths: () => Object.keys(kept),
  };
  const api = { readScript: async () => read("theirs") };
  const { studio, store } = studioWith(api, {}, drafts);
  const buffer = open(store);
  editScript(studio, STARS, "mine");
  await refresh(studio);
  editScript(studio, STARS, "mine and more");
  assert.equal(buffer().conflict.theirs.content, "theirs");

  const again = studioWith(api, {}, drafts);
  await openScript(again.studio, STARS);
  const { text, conflict } = again.store.get().buffers[STARS];
  assert.deepEqual([text, conflict?.theirs?.content], ["mine and more", "theirs"]);
});
