/** Answers of the studio's service and worker that come late, or in another order than they were asked for. */
import assert from "node:assert/strict";
import test from "node:test";
import { compare } from "../../pybridge/studio/page/src/actions/differences.js";
import { editDocument, saveDocument } from "../../pybridge/studio/page/src/actions/documents.js";
import { showHistory } from "../../pybridge/studio/page/src/actions/history.js";
import { changeField } from "../../pybridge/studio/page/src/actions/metadata.js";
import { lookAgain, lookAtProject } from "../../pybridge/studio/page/src/actions/outside.js";
import { followScript, showDocument } from "../../pybridge/studio/page/src/actions/preview.js";
import { bringAll } from "../../pybridge/studio/page/src/actions/python.js";
import { takePost } from "../../pybridge/studio/page/src/actions/run.js";
import { afterChange, editScript, refreshScripts, saveScript } from "../../pybridge/studio/page/src/actions/scripts.js";
import { createNewest } from "../../pybridge/studio/page/src/newest.js";
import { createQueue } from "../../pybridge/studio/page/src/queue.js";
import { initialState } from "../../pybridge/studio/page/src/state.js";
import { createStore } from "../../pybridge/studio/page/src/store.js";

const STARS = "scripts/stars.py";

/** A question of the page, answered when the test says so. */
function asked() {
  /** @type {{args: any[], answer: (value: any) => void}[]} */
  const questions = [];
  const ask = (/** @type {any[]} */ ...args) => new Promise((answer) => questions.push({ args, answer }));
  return { questions, ask };
}

/** Let everything happen that waits for nobody. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** @param {Record<string, unknown>} api @param {Record<string, unknown>} [python] */
function studioWith(api, python = {}) {
  const store = createStore(initialState());
  const nothing = { keep: () => true, get: () => null, forget() {}, paths: () => [] };
  const media = { forget() {} };
  const listing = { listScripts: async () => [], listDocuments: async () => [] };
  const studio = /** @type {any} */ ({ store, api: { ...listing, ...api }, python, drafts: nothing, media });
  return { studio, store };
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

test("work in a queue begins at once where it is alone, and else when what came before has ended, well or not", async () => {
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

test("an answer is taken unless that to a later question was; one that fails leaves it to the others", async () => {
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

test("files and index are shown as they were compared last, whichever answer came first", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ diff: ask });
  const comparing = [compare(studio), compare(studio)];
  questions[1].answer({ same: false });
  questions[0].answer({ same: true });
  await Promise.all(comparing);
  assert.deepEqual(store.get().differences.report, { same: false });
});

test("what changes outside is compared again while files and index are shown", async () => {
  let answers = 0;
  const { studio, store } = studioWith({ diff: async () => ({ answers: ++answers }) });
  await lookAgain(studio);
  assert.equal(answers, 0);
  store.set({ view: "differences" });
  await lookAgain(studio);
  assert.deepEqual(store.get().differences.report, { answers: 1 });
});

test("the list of scripts is the one that was asked for last", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ listScripts: ask });
  const listing = [refreshScripts(studio), refreshScripts(studio)];
  questions[1].answer(["new"]);
  questions[0].answer(["old"]);
  await Promise.all(listing);
  assert.deepEqual(store.get().scripts, ["new"]);
});

test("Python starts anew once for settings that changed, however often that is heard, and one start after the other", async () => {
  let limits = { itemS: 1 };
  const starts = asked();
  const ends = asked();
  const { studio, store } = studioWith(
    { project: async () => ({ limits }), shared: async () => ({}), scriptSources: async () => [] },
    { dispose: ends.ask, ready: starts.ask, bring: async () => {}, known: () => {} },
  );
  store.set({ python: { status: "ready", failure: null }, project: /** @type {any} */ ({ limits: { itemS: 9 } }) });
  const looking = [lookAtProject(studio), lookAtProject(studio)];
  await settled();
  assert.equal(ends.questions.length, 1);
  limits = { itemS: 2 };
  looking.push(lookAtProject(studio));
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

test("the document that was chosen last is shown, whichever came first", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ readDocument: ask });
  const showing = [showDocument(studio, "fog.md"), showDocument(studio, "soup.md")];
  questions[1].answer({ text: "soup", sha256: "" });
  questions[0].answer({ text: "fog", sha256: "" });
  await Promise.all(showing);
  assert.equal(store.get().preview.path, "soup.md");
});

test("a document that follows a script does not replace one in which the author writes by then", async () => {
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

test("the post that was taken last stays", async () => {
  const { questions, ask } = asked();
  const post = (/** @type {string} */ title) => ({ transformPost: { title, content: "", tags: [], categories: [] } });
  const { studio, store } = studioWith({ readDocument: async () => ({ text: "" }), prepareDocument: ask });
  const taking = [takePost(studio, "fog.md"), takePost(studio, "soup.md")];
  await settled();
  questions[1].answer(post("Soup"));
  questions[0].answer(post("Fog"));
  await Promise.all(taking);
  assert.equal(store.get().run.post.title, "Soup");
});

test("a history that comes after its script was left is not shown for another; the chosen version stays chosen", async () => {
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

test("what is typed while the store changes a file stays, beside what the file holds now", async () => {
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

test("a second save while the first is under way saves what was typed since", async () => {
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

test("the same for documents", async () => {
  const { questions, ask } = asked();
  const { studio, store } = studioWith({ writeDocument: ask });
  const saved = { text: "a", sha256: "sha of a" };
  store.set({ preview: { ...store.get().preview, path: "x.md", saved, text: "b" } });
  const first = saveDocument(studio);
  editDocument(studio, "c");
  const second = saveDocument(studio);
  questions[0].answer({ sha256: "sha of b" });
  await first;
  await settled();
  assert.deepEqual(questions[1].args, ["x.md", "c", "sha of b"]);
  questions[1].answer({ sha256: "sha of c" });
  await second;
  assert.deepEqual(store.get().preview.saved, { text: "c", sha256: "sha of c" });
});

test("a change of our own is not taken for one outside, however soon it is heard of", async () => {
  const update = asked();
  const reading = asked();
  const { studio, store } = studioWith({ updateScript: update.ask, readScript: reading.ask });
  const buffer = open(store);
  const changing = changeField(studio, STARS, "title", "New");
  await settled();
  update.questions[0].answer({});
  await settled();
  const looking = lookAgain(studio);
  await settled();
  while (reading.questions.length > 0) {
    reading.questions.pop()?.answer(read("b")); // who asked last hears first
    await settled();
  }
  await Promise.all([changing, looking]);
  assert.equal(buffer().text, "b");
  assert.deepEqual(store.get().notices, []);
});

test("a change outside while a save is under way is seen after it", async () => {
  const writing = asked();
  const { studio, store } = studioWith({
    writeScript: writing.ask,
    readScript: async () => read("somebody else's"),
  });
  const buffer = open(store, { text: "b" });
  const saving = saveScript(studio, STARS);
  const looking = lookAgain(studio);
  await settled();
  writing.questions[0].answer(read("b"));
  await Promise.all([saving, looking]);
  assert.equal(buffer().text, "somebody else's");
});

test("a field that is changed while the author types on is changed in the text as it is by then", async () => {
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

test("problems are shown of the text that the worker has, whoever brought it there, and of no earlier one", async () => {
  const known = { content: "b", info: { problems: ["of b"] } };
  const python = { bring: async () => {}, known: () => known };
  const { studio, store } = studioWith({ scriptSources: async () => [] }, python);
  const buffer = open(store, { text: "b" });
  store.set({ python: { status: "ready", failure: null } });
  await bringAll(studio);
  assert.deepEqual(buffer().problems, ["of b"]);
  editScript(studio, STARS, "c");
  store.set({ buffers: { [STARS]: { ...buffer(), problems: ["of c"] } } });
  await bringAll(studio);
  assert.deepEqual(buffer().problems, ["of c"]);
});
