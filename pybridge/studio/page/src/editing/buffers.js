/**
 * Makes the buffers of one studio; writes to one file wait for each other.
 * @import { Drafts } from "../drafts.js"
 * @import { Queue } from "../queue.js"
 * @import { Store } from "../store.js"
 * @import { Port } from "./buffer.js"
 */
import { createQueue } from "../queue.js";
import { TextBuffer } from "./buffer.js";

/**
 * @param {Store} store
 * @param {Drafts} drafts
 */
export function createBuffers(store, drafts) {
  /** By draft name. @type {Map<string, Queue>} */
  const queues = new Map();
  return {
    /** @template {import("../types.js").FileText} File @param {Port<File>} port */
    over(port) {
      const writes = queues.get(port.draft) ?? createQueue();
      queues.set(port.draft, writes);
      return new TextBuffer({ store, drafts, writes }, port);
    },
  };
}

/** @typedef {ReturnType<typeof createBuffers>} Buffers */
