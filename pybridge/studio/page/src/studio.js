/**
 * The objects that the actions share, one set for each page.
 * @import { Api } from "./api.js"
 * @import { Drafts } from "./drafts.js"
 * @import { Buffers } from "./editing/buffers.js"
 * @import { Media } from "./media.js"
 * @import { Python } from "./python.js"
 * @import { Renderer } from "./rendering/renderer.js"
 * @import { ScriptSync } from "./rendering/script_sync.js"
 * @import { Requests } from "./requests.js"
 * @import { RunControl } from "./run_control.js"
 * @import { Store } from "./store.js"
 */
import { createBuffers } from "./editing/buffers.js";
import { createRenderer } from "./rendering/renderer.js";
import { createScriptSync } from "./rendering/script_sync.js";
import { createRequests } from "./requests.js";
import { createRunControl } from "./run_control.js";

/**
 * @typedef {object} Parts
 * @property {Store} store
 * @property {Api} api
 * @property {Drafts} drafts
 * @property {Python} python
 * @property {Media} media
 *
 * @typedef {object} Made
 * @property {Buffers} buffers
 * @property {ScriptSync} scriptSync
 * @property {Renderer} renderer
 * @property {RunControl} runControl
 * @property {Requests} requests
 *
 * @typedef {Parts & Made} Studio
 */

/**
 * @param {Parts} parts
 * @returns {Studio}
 */
export function createStudio(parts) {
  const scriptSync = createScriptSync(parts, () => renderer.request());
  const renderer = createRenderer({ ...parts, scriptSync });
  const buffers = createBuffers(parts.store, parts.drafts);
  const runControl = createRunControl(renderer);
  return { ...parts, buffers, scriptSync, renderer, runControl, requests: createRequests() };
}
