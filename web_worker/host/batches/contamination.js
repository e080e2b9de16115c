/** Workers in which a script changed what others rely on: they are given up, and the script is counted. */

/**
 * @typedef {{what: string[], script?: string}} Contaminated what was changed, and by which script where one ran alone
 *
 * @param {import("../workers/pool.js").Pool} pool
 * @param {import("../workers/worker_link.js").WorkerLink} link
 * @param {Contaminated} contaminated
 */
export function giveUp(pool, link, { what, script }) {
  const message = `${script ?? "a script"} changed ${what.slice(0, 3).join(", ")}`;
  const death = { code: "contaminated", message };
  pool.retire(link, death);
  if (script !== undefined) pool.quarantine.count(pool.library.at(script), death);
}

/**
 * What a script is charged with where its result cannot be kept.
 * @param {Contaminated} contaminated
 */
export function chargeOf({ what }) {
  return { code: "capability", message: `it changed ${what.slice(0, 3).join(", ")}, which other scripts rely on` };
}
