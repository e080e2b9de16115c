/** From the options of a start to the parts of a client: the sandbox, its pool of workers, and a factory of further pools. */
import { ABI_VERSION } from "../generated/facts.js";
import { requireAssets } from "./wire/arguments.js";
import { openAssets } from "./sandbox/assets.js";
import { isOfTwoBuilds } from "./sandbox/delivery.js";
import { Domains } from "./workers/domains.js";
import { PybridgeError } from "./wire/errors.js";
import { frameHosts } from "./html/frame_hosts.js";
import { abiError } from "./wire/inputs.js";
import { levelOf } from "./sandbox/levels.js";
import { withDefaults } from "./wire/limits.js";
import { requireOptions, requirePage } from "./wire/options.js";
import { Pool } from "./workers/pool.js";
import { createDormantDomains, Rollout } from "./rollout.js";
import { openFrame } from "./sandbox/frame.js";
import { openWorkers } from "./sandbox/worker.js";
import { createSanitiser } from "./html/sanitise.js";
import { Stats } from "./workers/stats.js";

/**
 * @typedef {object} RuntimeOptions
 * @property {import("./sandbox/asset_source.js").AssetsOption} assets address of the folder that `pybridge build` wrote; or,
 *   with a bundler, the address of each file (`pybridge-runtime/assets`); or the files themselves
 * @property {boolean} [preload] whether to load the built-in scripts; default: yes. Without them only scripts given
 *   to `load` are found
 * @property {"origin" | "worker"} [isolation] the level that must hold; else the start fails
 * @property {number} [spares] workers kept ready beside the one in use; only the common trust domain has any
 * @property {Partial<import("./wire/limits.js").Limits>} [limits]
 * @property {"always" | "none"} [sanitize] "none" where the host sanitises the finished page itself
 * @property {readonly string[]} [iframeHosts] hosts whose https pages iframes of macros may show, by exact name; default: those of
 *   the built folder. An empty list allows none
 * @property {number} [abi] the ABI version the caller was written for
 *
 * @typedef {RuntimeOptions & import("./rollout.js").RolloutOptions} StartOptions
 *
 * @typedef {object} Parts of a client
 * @property {Domains} domains
 * @property {import("./wire/limits.js").Limits} limits of the host
 * @property {import("./html/sanitise.js").Sanitiser} sanitiser
 * @property {Stats} stats
 * @property {Rollout} rollout
 */

/**
 * With mode `off` nothing is loaded or started, so that nothing can fail.
 *
 * @param {StartOptions} options
 * @returns {Promise<{parts: Parts, scripts: any[]}>} the scripts are those to load first
 */
export async function open(options) {
  requireOptions("start", options ?? {});
  requireAssets(options?.assets);
  const { preload = true, isolation = "origin", sanitize = "always", abi = ABI_VERSION } = options;
  const rollout = new Rollout(options);
  if (abi !== ABI_VERSION) throw new PybridgeError(/** @type {any} */ (abiError(abi)));
  const level = levelOf(isolation);
  const limits = withDefaults(options.limits);
  if (rollout.mode !== "off") requirePage();
  const own = options.iframeHosts === undefined ? undefined : frameHosts(options.iframeHosts);
  const shared = { limits, sanitiser: createSanitiser(sanitize, own), stats: new Stats(), rollout };
  if (rollout.mode === "off") return { parts: { ...shared, domains: createDormantDomains() }, scripts: [] };
  const { pool, files, openPool } = await openPools(options, limits, level);
  try {
    const sanitiser = own ? shared.sanitiser : createSanitiser(sanitize, await files.iframeHosts);
    const parts = { ...shared, sanitiser, domains: new Domains(pool, openPool) };
    return { parts, scripts: preload ? await files.scripts : [] };
  } catch (error) {
    pool.dispose();
    throw error;
  }
}

/**
 * @param {StartOptions} options
 * @param {import("./wire/limits.js").Limits} limits
 * @param {import("./sandbox/levels.js").Level} level
 */
async function openPools({ assets, isolation = "origin", spares = 1 }, limits, level) {
  const bootMs = limits.bootS * 1000;
  let files = openAssets(assets, bootMs);
  const openSandbox = async (/** @type {AbortSignal | undefined} */ signal) =>
    isolation === "origin" ? openFrame(files, bootMs, signal) : openWorkers(files);
  const openFirst = () => openSandbox(undefined).finally(files.stop);
  const sandbox = await openFirst().catch((error) => {
    if (!isOfTwoBuilds(error)) throw error;
    files = openAssets(assets, bootMs, true);
    return openFirst();
  });
  const pool = new Pool(sandbox, limits, { spares, level, open: openSandbox });
  pool.warnings.push(...files.warnings);
  // No spares in other domains: each would double the memory.
  const openPool = () => new Pool(null, limits, { spares: 0, level, open: openSandbox });
  return { pool, files, openPool };
}
