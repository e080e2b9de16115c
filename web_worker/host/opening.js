/** From the options of a start to a sandbox with a pool of workers over it, and what opens more of them. */
import { ABI_VERSION } from "../generated/facts.js";
import { requireAssets } from "./wire/arguments.js";
import { openAssets } from "./sandbox/assets.js";
import { Domains } from "./workers/domains.js";
import { PybridgeError } from "./wire/errors.js";
import { frameHosts } from "./html/frame_hosts.js";
import { abiError } from "./wire/inputs.js";
import { levelOf } from "./sandbox/levels.js";
import { withDefaults } from "./wire/limits.js";
import { Pool } from "./workers/pool.js";
import { createDormantPool, Rollout } from "./rollout.js";
import { openFrame } from "./sandbox/sandbox_frame.js";
import { openWorkers } from "./sandbox/sandbox_worker.js";
import { createSanitiser } from "./html/sanitise.js";
import { Stats } from "./workers/stats.js";

/**
 * @typedef {object} RuntimeOptions
 * @property {import("./sandbox/asset_source.js").AssetsOption} assets the folder that `pybridge build` wrote, as the
 *   page reaches it; or, from a bundler, the address of each file (`pybridge-runtime/assets`); or its files
 *   where the page holds them already
 * @property {boolean} [preload] load the scripts that were built in, the default; without them only what
 *   `load` is given answers, and what was built in need not be compiled again
 * @property {"origin" | "worker"} [isolation] the level that must hold, or the start is refused
 * @property {number} [spares] workers kept ready beside the one in use; other trust domains than the common one have none
 * @property {Partial<import("./wire/limits.js").Limits>} [limits]
 * @property {"always" | "none"} [sanitize] "none" where the host sanitises the finished page itself
 * @property {readonly string[]} [iframeHosts] whose pages iframes of macros may show, by https: exact names, in place of
 *   those of the built folder; an empty list allows none
 * @property {number} [abi] the ABI version the caller was written for
 *
 * @typedef {RuntimeOptions & import("./rollout.js").RolloutOptions} StartOptions
 */

/**
 * With mode `off` nothing is loaded or started, so that nothing can fail.
 *
 * @param {StartOptions} options
 * @returns {Promise<{inner: import("./client.js").Inner, scripts: any[]}>} the parts of a client, and the
 *   scripts that it loads first
 */
export async function open(options) {
  requireAssets(options?.assets);
  const { preload = true, isolation = "origin", sanitize = "always", abi = ABI_VERSION } = options;
  const rollout = new Rollout(options);
  if (abi !== ABI_VERSION) throw new PybridgeError(/** @type {any} */ (abiError(abi)));
  const level = levelOf(isolation);
  const limits = withDefaults(options.limits);
  const own = options.iframeHosts === undefined ? undefined : frameHosts(options.iframeHosts);
  const shared = { limits, sanitiser: createSanitiser(sanitize, own), stats: new Stats(), rollout };
  if (rollout.mode === "off") return { inner: { ...shared, ...over(createDormantPool()) }, scripts: [] };
  const { pool, files, openPool } = await openPools(options, limits, level);
  try {
    const sanitiser = own ? shared.sanitiser : createSanitiser(sanitize, await files.iframeHosts);
    return { inner: { ...shared, sanitiser, ...over(pool, openPool) }, scripts: preload ? await files.scripts : [] };
  } catch (error) {
    pool.dispose();
    throw error;
  }
}

/**
 * @param {Pool} pool
 * @param {() => Pool} [openPool] makes one for another trust domain
 */
function over(pool, openPool = () => pool) {
  return { pool, domains: new Domains(pool, openPool) };
}

/**
 * @param {StartOptions} options
 * @param {import("./wire/limits.js").Limits} limits
 * @param {import("./sandbox/levels.js").Level} level
 */
async function openPools({ assets, isolation = "origin", spares = 1 }, limits, level) {
  const bootMs = limits.bootS * 1000;
  const files = openAssets(assets, bootMs);
  const openSandbox = async (/** @type {AbortSignal | undefined} */ signal) =>
    isolation === "origin" ? openFrame(files, bootMs, signal) : openWorkers(files);
  const sandbox = await openSandbox(undefined).finally(files.stop);
  const pool = new Pool(sandbox, limits, { spares, level, open: openSandbox });
  pool.warnings.push(...files.warnings);
  // The files are there: a domain of its own costs memory and a moment, and no spare, which would double the memory.
  const openPool = () => new Pool(null, limits, { spares: 0, level, open: openSandbox });
  return { pool, files, openPool };
}
