/** A batch of documents: the engine finds and runs the macros, the host sanitises and splices. */
import { validateSourceDocument } from "../../generated/validators.js";
import { checkInput, problemsOf } from "../wire/inputs.js";
import { withinHost } from "../wire/limits.js";
import { messageWithList } from "../wire/messages.js";
import { checkDocument, checkSettled } from "../checks/documents.js";
import { namesOf } from "../workers/script_index.js";
import { drive } from "./drive.js";
import { CANCELLED, failed, finishDocument } from "./finish_documents.js";
import { rulesForDocuments } from "./item_rules.js";
import { ItemSource } from "./item_source.js";
import { StepStore } from "./steps.js";

/**
 * @typedef {import("./steps.js").Steps} Steps
 *
 * @typedef {object} DocumentOptions
 * @property {any} [env] shared by all documents; a document's own wins by key
 * @property {any} [data] likewise
 * @property {any} [post] likewise
 * @property {boolean} [parts] whether to hand out the pieces of each document beside its output
 * @property {Partial<import("../wire/limits.js").Limits>} [limits] lower ones than the host's, for this batch
 * @property {AbortSignal} [signal]
 * @property {(done: number, total: number) => void} [onProgress] documents finished
 *
 * @typedef {object} Uses
 * @property {import("../workers/domains.js").Domains} domains
 * @property {import("../wire/limits.js").Limits} limits
 * @property {Pick<import("../html/sanitise.js").Sanitiser, "outcome">} sanitiser
 * @property {import("../workers/stats.js").Stats} stats
 *
 * @param {Uses} uses
 * @param {readonly any[]} documents
 * @param {DocumentOptions & {endsAt: number}} options
 * @param {ReadonlyMap<number, Steps>} known outcomes of steps that ran before, by the document's index
 * @returns {Promise<{rendered: any[], waiting: Map<number, any>}>} the rendered documents, in order; and by index the
 *   reports of those that wait for macros of other trust domains
 */
export async function renderRound(uses, documents, options, known) {
  const limits = withinHost(uses.limits, options.limits);
  const batch = new DocumentBatch({ ...uses, limits }, documents, options, known);
  const { rendered, waiting } = batch;
  const { signal, endsAt } = options;
  const overtime = await drive(uses.domains.common, batch, { limits, signal, endsAt });
  for (const [index, document] of documents.entries()) {
    if (!waiting.has(index)) rendered[index] ??= failed(document, overtime ?? CANCELLED);
  }
  return { rendered, waiting };
}

class DocumentBatch {
  items = /** @type {const} */ ("documents");
  request = /** @type {const} */ ("documents");
  list = /** @type {const} */ ("documents");
  /** One per document, in order. @type {any[]} */
  rendered;
  /** Reports of documents that wait for other trust domains, by index. @type {Map<number, any>} */
  waiting = new Map();
  #uses;
  #pool;
  #documents;
  #options;
  /** Steps that lost a worker while they ran alone. */
  #charged = new StepStore();
  /** Outcomes of steps that ran before, or in contaminated workers. */
  #settled;
  /** The step the worker is at, in the document first open. @type {{item: number, step: number, script?: string}} */
  #position = { item: 0, step: 0 };
  /** The item after those of the message. */
  #end = 0;
  /** Time of the message's replies since the one that finished documents last. */
  #elapsedUs = 0;

  /**
   * @param {Uses} uses with the limits of this batch
   * @param {readonly any[]} documents
   * @param {DocumentOptions} options
   * @param {ReadonlyMap<number, Steps>} known
   */
  constructor(uses, documents, options, known) {
    this.#uses = uses;
    this.#pool = uses.domains.common;
    this.#documents = documents;
    this.#options = options;
    this.#settled = new StepStore(known);
    this.rendered = new Array(documents.length);
    this.source = new ItemSource(documents, (document, index) => this.#read(document, index));
    this.rules = rulesForDocuments(this.#pool, uses.limits.itemS * 1000, this.source.texts);
  }

  /** @param {number} item */
  weight(item) {
    return this.#settled.weight(this.source.places[item]);
  }

  nextPath() {
    return this.#position.script;
  }

  /**
   * @param {number} first
   * @param {number} count
   * @param {number} sliceMs
   */
  message(first, count, sliceMs) {
    this.#position = { item: first, step: 0 };
    this.#end = first + count;
    this.#elapsedUs = 0;
    const { env, data, post } = this.#options;
    const places = this.source.places.slice(first, first + count);
    return messageWithList("documents", "documents", this.source.texts.slice(first, first + count), {
      shared: { env, data, post },
      sliceMs,
      charged: this.#charged.byPlace(places),
      known: this.#settled.byPlace(places),
      refused: this.#pool.quarantine.charges(),
    });
  }

  /**
   * @param {any} message
   * @param {number} first
   */
  accept(message, first) {
    for (const [offset, outcome] of message.documents.entries()) {
      checkDocument(this.#documentOf(first + message.first + offset), outcome, this.#uses.limits);
      this.#checkScripts(outcome);
    }
    checkSettled(message, this.#uses.limits);
    this.#checkPosition(message.position, first);
    this.#uses.stats.engineUs += message.elapsedUs;
    if (message.settled) this.#settle(message.settled, first);
    const { document, step, script } = message.position;
    this.#position = { item: first + document, step, script };
    const { documents: finished } = message;
    const elapsedUs = this.#elapsedUs + message.elapsedUs;
    this.#elapsedUs = finished.length > 0 ? 0 : elapsedUs;
    return this.#finish(first + message.first, finished, elapsedUs);
  }

  /**
   * @param {{document: number, step: number, outcome: any}} settled
   * @param {number} first
   * @throws {Error} when the step need not run any more
   */
  #settle({ document, step, outcome }, first) {
    const place = this.source.places[first + document];
    if (this.#settled.has(place, step) || this.#charged.has(place, step)) throw new Error("it ran a step again");
    this.#settled.set(place, step, outcome);
  }

  /**
   * @param {string} path
   * @param {number} item
   */
  mayBlame(path, item) {
    const script = this.#pool.scriptIndex.at(path);
    if (script === undefined) return false;
    const text = this.#documentOf(item).text.toLowerCase();
    return namesOf(script).some((name) => text.includes(name.toLowerCase()));
  }

  /**
   * @param {any} report
   * @throws {Error} when a macro is said to be of another script than its name means
   */
  #checkScripts({ macros, awaits = [] }) {
    const { scriptIndex } = this.#pool;
    for (const { name, slug, scriptId } of macros) {
      const script = scriptId !== null && scriptIndex.macro(name);
      if (script && (script.id !== scriptId || script.slug !== slug))
        throw new Error("it has a macro of another script");
    }
    for (const { script, call } of awaits) {
      const meant = scriptIndex.macro(call.macro.name);
      if (meant && meant.path !== script) throw new Error("it awaits another script");
    }
  }

  /** @param {number} item */
  #documentOf(item) {
    return this.#documents[this.source.places[item]];
  }

  /**
   * @param {{document: number, step: number, script?: string}} position
   * @param {number} first
   * @throws {Error} when its document does not have the step, or the script
   */
  #checkPosition({ document, step, script }, first) {
    const item = first + document;
    const hasDocument = item < this.#end;
    if (step > (hasDocument ? this.#documentOf(item).text.length : 0))
      throw new Error("it is at a step that is not there");
    if (script === undefined || this.#pool.scriptIndex.at(script) === undefined) return;
    if (!hasDocument || !this.mayBlame(script, item)) throw new Error("it runs a script that is not called there");
  }

  /** @param {number} item */
  wasCharged(item) {
    return this.#charged.has(this.source.places[item], this.#stepOf(item));
  }

  /**
   * @param {number} item
   * @param {{code: string, message: string}} exit
   */
  charge(item, exit) {
    this.#count(exit);
    this.#charged.set(this.source.places[item], this.#stepOf(item), exit);
  }

  /**
   * @param {number} item
   * @param {{code: string, message: string}} exit
   */
  fail(item, exit) {
    this.#count(exit);
    this.refuse(item, exit);
  }

  /**
   * @param {number} item
   * @param {any} error
   */
  refuse(item, error) {
    const place = this.source.places[item];
    this.rendered[place] = failed(this.#documents[place], error);
  }

  /** @param {{code: string, message: string}} exit */
  #count(exit) {
    this.#pool.quarantine.count(this.#pool.scriptIndex.at(this.#position.script), exit);
  }

  /** @param {number} item */
  #stepOf(item) {
    return this.#position.item === item ? this.#position.step : 0;
  }

  /**
   * @param {any} document
   * @param {number} index
   */
  #read(document, index) {
    const problems = () => problemsOf(validateSourceDocument, document, "document");
    const { error, text } = checkInput(document, this.#uses.limits, "document", problems);
    if (error) this.rendered[index] = failed(document, error);
    return error ? null : text;
  }

  /**
   * @param {number} start
   * @param {readonly any[]} finished
   * @param {number} elapsedUs the time they took
   */
  *#finish(start, finished, elapsedUs) {
    const { sanitiser } = this.#uses;
    const { env, parts: hasParts = false, onProgress } = this.#options;
    const ran = finished.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.macros.length, 0);
    const meanUs = elapsedUs / Math.max(1, ran);
    for (const [offset, outcome] of finished.entries()) {
      const place = this.source.places[start + offset];
      const document = this.#documents[place];
      if (outcome.awaits !== undefined) {
        this.waiting.set(place, outcome);
        continue;
      }
      this.#tally(outcome.macros, meanUs);
      const isPreview = Boolean({ ...env, ...document.env }.isPreview);
      this.rendered[place] = yield* finishDocument(document, outcome, { sanitiser, isPreview, hasParts, meanUs });
    }
    if (finished.length > 0)
      onProgress?.(this.source.behind(start + finished.length) - this.waiting.size, this.#documents.length);
  }

  /**
   * @param {any[]} macros
   * @param {number} meanUs
   */
  #tally(macros, meanUs) {
    const { domains, stats } = this.#uses;
    for (const { name, status, scriptId, error } of macros) {
      // A macro of another trust domain was counted where it ran.
      if (status === "unknown" || domains.isForeign(scriptId)) continue;
      stats.count(scriptId ?? name, error?.code, meanUs);
      stats.tally(error?.code);
    }
  }
}
