/**
 * Scripts that are not self-contained: each has a pool of its own, whose workers know it and the helpers of its trust
 * domain. Nothing of another script is in their interpreters, and nothing that such a script leaves behind meets one.
 */

/**
 * @typedef {import("./pool.js").Pool} Pool
 * @typedef {import("./script_index.js").Script} Script
 * @typedef {import("./script_index.js").ScriptInfo} ScriptInfo
 * @typedef {{script: Script, info: ScriptInfo}} Known
 */

/**
 * The name of a script's own pool among those of trust domains, which have no line breaks in theirs.
 * @param {string} domain
 * @param {string} path
 */
export function keyOf(domain, path) {
  return `${domain}\n${path}`;
}

/**
 * Give a pool the script that is alone in it, and the helpers that it may import.
 * @param {Pool} pool
 * @param {Known} known
 * @param {readonly Known[]} helpers of its trust domain
 * @returns {boolean} whether its workers have another version: they must end
 */
export function fill(pool, known, helpers) {
  const { scriptIndex } = pool;
  const wanted = [known, ...helpers];
  const paths = new Set(wanted.map(({ script }) => script.path));
  const before = new Map(scriptIndex.scripts().map((script) => [script.path, script.content]));
  const gone = [...before.keys()].filter((path) => !paths.has(path));
  const isChanged = wanted.some(({ script }) => before.get(script.path) !== script.content);
  for (const path of gone) scriptIndex.remove(path);
  for (const { script, info } of wanted) {
    const { path, content, origin, packages } = script;
    if (before.get(path) === content) continue;
    scriptIndex.add({ path, content, origin, alone: true, ...(packages && { packages }) });
    scriptIndex.learn(info);
  }
  return before.size > 0 && (isChanged || gone.length > 0);
}

/**
 * The counters of a domain and of the scripts that are alone in it, as one.
 * @param {Pool} shared
 * @param {readonly Pool[]} isolated
 */
export function joinedReport(shared, isolated) {
  const all = [shared, ...isolated].map((pool) => pool.report());
  /** @type {Record<string, number>} */
  const restartCounts = {};
  for (const { restartCounts: counts } of all) {
    for (const [code, count] of Object.entries(counts)) restartCounts[code] = (restartCounts[code] ?? 0) + count;
  }
  return {
    ...all[0],
    restarts: all.flatMap(({ restarts }) => restarts),
    restartCounts,
    lateReplies: all.reduce((sum, { lateReplies }) => sum + lateReplies, 0),
    quarantined: all.flatMap(({ quarantined }) => quarantined),
    warnings: all.flatMap(({ warnings }) => warnings),
    isolated: isolated.length,
  };
}
