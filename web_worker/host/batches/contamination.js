/** Contaminated workers, in which a script changed shared state: they are given up, and the script is counted. */

/**
 * @typedef {{what: string[], script?: string}} Contaminated the changed members, and the script where one ran alone
 *
 * @param {import("../workers/pool.js").Pool} pool
 * @param {import("../workers/worker_link.js").WorkerLink} link
 * @param {Contaminated} contaminated
 * @param {boolean} mayBlame whether that script can have run
 */
export function giveUp(pool, link, { what, script }, mayBlame) {
  const message = `${script ?? "a script"} changed ${what.slice(0, 3).join(", ")}`;
  const exit = { code: "contaminated", message };
  pool.retire(link, exit);
  if (mayBlame) pool.quarantine.count(pool.scriptIndex.at(script), exit);
}

/**
 * The error of a script whose result cannot be kept.
 * @param {Contaminated} contaminated
 */
export function chargeOf({ what }) {
  return { code: "capability", message: `it changed ${what.slice(0, 3).join(", ")}, which other scripts rely on` };
}
