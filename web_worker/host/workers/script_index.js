/** The loaded scripts, found by name as the macro engine finds them; `tests/names.json` says how. */

/**
 * @typedef {{path: string, content: string, origin: "default" | "project", elsewhere?: boolean, alone?: boolean, packages?: readonly string[]}} Script
 *   one that is `elsewhere` (the wire's word) is foreign: of another trust domain, known here and never run; one that is
 *   `alone` shares its worker with helpers only
 *
 * The engine's metadata of a script; of one that could not be loaded, its problems.
 * @typedef {import("../../generated/abi.js").ScriptInfo} ScriptInfo
 */

export class ScriptIndex {
  /** @type {Map<string, Script>} */
  #scripts = new Map();
  /** @type {Map<string, ScriptInfo>} */
  #infos = new Map();
  /** @type {Map<string, ScriptInfo> | null} */
  #names = null;
  /** @type {Map<string, ScriptInfo> | null} */
  #macros = null;
  /** @type {boolean | null} */
  #hasShortLimits = null;
  /** Counts the changes that workers have to load. */
  revision = 0;

  /** @param {Script} script */
  add(script) {
    this.#scripts.set(script.path, script);
    this.revision += 1;
    this.#forgetNames();
  }

  /** @param {string} path */
  remove(path) {
    this.#scripts.delete(path);
    this.#infos.delete(path);
    this.revision += 1;
    this.#forgetNames();
  }

  /**
   * Exclude a script that ends every worker; its problems stay known.
   * @param {ScriptInfo} info
   */
  exclude(info) {
    this.remove(info.path);
    this.#infos.set(info.path, info);
  }

  /** @param {ScriptInfo} info */
  learn(info) {
    this.#infos.set(info.path, info);
    this.#forgetNames();
  }

  /** @param {string} path */
  has(path) {
    return this.#scripts.has(path);
  }

  /** @returns {Script[]} */
  scripts() {
    return [...this.#scripts.values()];
  }

  /** @param {string | null | undefined} path */
  at(path) {
    return path === null || path === undefined ? undefined : this.#infos.get(path);
  }

  /** Metadata of the scripts that workers have. */
  infos() {
    return [...this.#infos.values()].filter(({ path, slug }) => slug !== undefined && this.#scripts.has(path));
  }

  /**
   * The script that a macro's name means, as the engine finds it: a macro, else a script of another kind.
   * @param {string} name
   */
  macro(name) {
    this.#macros ??= indexed(this.infos().filter(({ kind }) => kind === "macro"));
    return this.#macros.get(name.toLowerCase()) ?? this.find(name);
  }

  /**
   * The script of any kind that a name means.
   * @param {string} name
   */
  find(name) {
    this.#names ??= indexed(this.infos().filter(({ kind }) => kind !== "helper"));
    return this.#names.get(name.toLowerCase());
  }

  /** Whether some script asks for less time than others. */
  get hasShortLimits() {
    this.#hasShortLimits ??= this.infos().some(({ limits }) => limits?.itemS !== undefined);
    return this.#hasShortLimits;
  }

  #forgetNames() {
    this.#names = null;
    this.#macros = null;
    this.#hasShortLimits = null;
  }
}

/**
 * Milliseconds that a macro of *script* gets: its own limit, *mostMs* at most.
 * @param {ScriptInfo | undefined} script
 * @param {number} mostMs
 */
export function itemMsOf(script, mostMs) {
  return Math.min((script?.limits?.itemS ?? Number.POSITIVE_INFINITY) * 1000, mostMs);
}

/**
 * The least milliseconds of any macro that *texts* may call, *mostMs* at most.
 *
 * That decides when items run one at a time, never which one is charged.
 * @param {ScriptIndex} scriptIndex
 * @param {readonly string[]} texts
 * @param {number} mostMs
 */
export function shortestMs(scriptIndex, texts, mostMs) {
  if (!scriptIndex.hasShortLimits) return mostMs;
  const shortLimited = scriptIndex.infos().filter(({ limits }) => limits?.itemS !== undefined);
  const met = shortLimited.filter((script) => texts.some((text) => mentions([script], text)));
  return Math.min(mostMs, ...met.map((script) => itemMsOf(script, mostMs)));
}

/**
 * Whether a text may call a macro of one of *scripts*.
 * @param {readonly ScriptInfo[]} scripts
 * @param {string} text
 */
export function mentions(scripts, text) {
  const names = scripts.flatMap(namesOf);
  return names.length > 0 && new RegExp(`\\[\\[(?:${names.map(escaped).join("|")})(?![\\w-])`, "i").test(text);
}

/** @param {ScriptInfo} script */
export function namesOf({ slug, aliases, id }) {
  return [slug, ...aliases, id];
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/**
 * Whether a worker that has *loaded* need not be given *wanted*.
 * @param {Script | undefined} loaded
 * @param {Script} wanted
 */
export function isSame(loaded, { content, elsewhere = false, alone = false, packages = [] }) {
  if (loaded === undefined || loaded.content !== content) return false;
  if (String(loaded.packages ?? []) !== String(packages)) return false;
  return (loaded.elsewhere ?? false) === elsewhere && (loaded.alone ?? false) === alone;
}

/**
 * A slug goes before an alias, an alias before an id; of equal names a project's script goes before a default, an enabled
 * one before a disabled one.
 * @param {readonly ScriptInfo[]} scripts
 */
function indexed(scripts) {
  const ranked = [...scripts].sort((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1));
  /** @type {Map<string, ScriptInfo>} */
  const names = new Map();
  const add = (/** @type {string} */ name, /** @type {ScriptInfo} */ script) => {
    const key = name.toLowerCase();
    if (!names.has(key)) names.set(key, script);
  };
  for (const script of ranked) add(script.slug, script);
  for (const script of ranked) for (const alias of script.aliases) add(alias, script);
  for (const script of ranked) add(script.id, script);
  return names;
}

/** @param {ScriptInfo} script */
function rankOf({ origin, enabled }) {
  return (origin === "project" ? 0 : 2) + (enabled ? 0 : 1);
}
