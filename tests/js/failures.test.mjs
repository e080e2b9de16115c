/** The rules of failure that the client shares with the command line: the tables in tests/failures/ and tests/names.json. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { renderDocuments } from "../../web_worker/host/batches/document_rounds.js";
import { perDomain } from "../../web_worker/host/batches/per_domain.js";
import { renderCalls } from "../../web_worker/host/batches/render_calls.js";
import { decide } from "../../web_worker/host/batches/rules.js";
import { transformInDomains } from "../../web_worker/host/batches/transform_rounds.js";
import { endOf, withDefaults } from "../../web_worker/host/wire/limits.js";
import { Domains } from "../../web_worker/host/workers/domains.js";
import { Pool } from "../../web_worker/host/workers/pool.js";
import { mentions, ScriptIndex } from "../../web_worker/host/workers/script_index.js";
import { Stats } from "../../web_worker/host/workers/stats.js";
import { uncompiledInfo } from "../../web_worker/host/workers/uncompiled.js";
import { SimulatedSandbox } from "./simulated_sandbox.mjs";

const COMMON = "";
const QUICK = { itemS: 0.5, compileS: 0.3, bootS: 2 };
const POST = { title: "t", content: "x" };

function table(name) {
  return JSON.parse(readFileSync(new URL(`../${name}.json`, import.meta.url), "utf8"));
}

/** A client's parts over simulated sandboxes: one host in which the rounds of a case run. */
class Host {
  #pools = new Map();
  #logs = new Map();
  #losses = new Map();
  #case;
  #uses;

  /** @param {any} failureCase */
  constructor(failureCase) {
    const { domains = {}, limits = {} } = failureCase;
    this.#case = failureCase;
    const names = [COMMON, ...new Set(Object.values(domains).filter((domain) => domain !== COMMON))];
    const openPool = () => this.#openPool(names.shift());
    const sanitiser = { outcome: () => [] };
    this.#uses = { limits: withDefaults({ ...QUICK, ...limits }), sanitiser, stats: new Stats() };
    this.domains = new Domains(openPool(), openPool);
  }

  #openPool(domain) {
    const log = { ran: [], stillborn: () => this.#case.broken?.includes(domain) ?? false };
    const open = async () => new SimulatedSandbox(log);
    const level = { probes: [], hint: "" };
    const pool = new Pool(null, withDefaults({ ...QUICK, ...this.#case.limits }), { spares: 0, level, open });
    this.#pools.set(domain, pool);
    this.#logs.set(domain, log);
    this.#losses.set(domain, 0);
    return pool;
  }

  /** @param {Record<string, string>} scripts text by name */
  load(scripts) {
    const { domains = {} } = this.#case;
    const given = Object.entries(scripts).map(([name, content]) => ({
      path: `${name}.py`,
      content,
      domain: domains[name],
    }));
    return this.domains.load(given);
  }

  /** @param {any} round */
  async result(round) {
    const { calls, documents, cancelAt } = round;
    const ending = new AbortController();
    for (const log of this.#logs.values()) log.onRun = (name) => name === cancelAt && ending.abort();
    const options = { signal: ending.signal, endsAt: endOf(this.#uses.limits) };
    if (calls) return (await this.#render(calls, options)).map(briefOf);
    if (documents) return (await this.#renderDocuments(documents, options)).map(briefDocument);
    try {
      return briefPost(await transformInDomains({ domains: this.domains, ...this.#uses }, POST, {}, options));
    } catch (error) {
      return error.code;
    }
  }

  #render(names, options) {
    const calls = names.map((name) => ({ abi: 1, macro: { name }, params: {}, env: { isPreview: false } }));
    const work = (pool, own, terms) => renderCalls({ pool, ...this.#uses }, own, terms);
    return perDomain(this.domains, calls, options, work);
  }

  #renderDocuments(texts, { signal }) {
    const documents = texts.map((text) => ({ text }));
    return renderDocuments({ domains: this.domains, ...this.#uses }, documents, { signal });
  }

  /** What was begun since the last round, by domain. */
  takeRan() {
    const ran = [...this.#logs].map(([domain, log]) => [domain, log.ran.splice(0)]);
    return Object.fromEntries(ran.filter(([, names]) => names.length > 0));
  }

  /** Workers that were lost since the last round, by domain. */
  takeLost() {
    const lost = [...this.#pools].map(([domain, pool]) => {
      const total = pool.report().restarts.length;
      const before = this.#losses.get(domain);
      this.#losses.set(domain, total);
      return [domain, total - before];
    });
    return Object.fromEntries(lost.filter(([, count]) => count > 0));
  }

  started() {
    return [...this.#pools].filter(([, pool]) => pool.report().current !== null).map(([domain]) => domain);
  }
}

function briefOf({ result, error }) {
  return result ? result.html : error.code;
}

/** @param {any} document */
function briefDocument({ macros, errors }) {
  return macros.length === 0 && errors.length > 0 ? errors[0].code : macros.map(briefOf);
}

/** @param {any} outcome */
function briefPost({ post: { title }, applied, errors }) {
  return { title, applied, errors: Object.fromEntries(errors.map(({ scriptSlug, code }) => [scriptSlug, code])) };
}

/** @param {any} failureCase */
async function check(failureCase) {
  const { scripts, domains = {}, rounds } = failureCase;
  const host = new Host(failureCase);
  const isSplit = "domains" in failureCase;
  const texts = isSplit
    ? Object.fromEntries(Object.keys(domains).map((name) => [name, scripts?.[name] ?? ""]))
    : scripts;
  try {
    await host.load(texts);
    for (const { load, expected, ran, lost, started, ...round } of rounds) {
      if (load) await host.load(load);
      assert.deepEqual(await host.result(round), expected);
      const [hasRun, hasLost] = [host.takeRan(), host.takeLost()];
      if (ran) assert.deepEqual(isSplit ? hasRun : (hasRun[COMMON] ?? []), ran);
      if (lost !== undefined) assert.deepEqual(isSplit ? hasLost : (hasLost[COMMON] ?? 0), lost);
      if (started) assert.deepEqual(host.started(), started);
    }
  } finally {
    host.domains.dispose();
  }
}

for (const name of ["calls", "documents", "transforms", "domains"]) {
  suite(name, () => {
    const cases = table(`failures/${name}`).filter(({ hosts }) => hosts === undefined || hosts.includes("javascript"));
    for (const each of cases) test(each.name, () => check(each));
  });
}

suite("decisions", () => {
  for (const { name, state, event, expected } of table("failures/decisions")) {
    test(name, () => assert.deepEqual(decide(state, event), expected));
  }
});

suite("scripts that cannot be compiled", () => {
  for (const { name, script, exit, expected } of table("failures/uncompiled_script")) {
    test(name, async () => assert.deepEqual(await uncompiledInfo(script, exit), expected));
  }
});

suite("names", () => {
  const { lookups, mentions: texts } = table("names");
  for (const { name, scripts, expected } of lookups) {
    test(name, () => {
      const index = new ScriptIndex();
      for (const script of scripts) {
        index.add({ content: "", ...script });
        index.learn(script);
      }
      const found = Object.keys(expected).map((each) => {
        const [find, macro] = [index.find(each), index.macro(each)].map((script) => script?.path ?? null);
        return [each, { find, macro }];
      });
      assert.deepEqual(Object.fromEntries(found), expected);
    });
  }
  for (const { script, text, expected } of texts) {
    test(`${text} ${expected ? "mentions" : "does not mention"} ${script.slug}`, () =>
      assert.equal(mentions([script], text), expected));
  }
});
