/** The order of one studio's requests: which replace each other, and which wait for each other. */
import { createCoalescer } from "./coalesce.js";
import { createLatest, createNewest } from "./newest.js";
import { createQueue } from "./queue.js";

export function createRequests() {
  return {
    scripts: createNewest(),
    documents: createNewest(),
    differences: createNewest(),
    shared: createNewest(),
    settings: createNewest(),
    /** Documents chosen for the panel. */
    choices: createLatest(),
    /** Edits of the document in the panel. */
    edits: createLatest(),
    histories: createLatest(),
    posts: createLatest(),
    /** Comparisons of everything shown with the project. */
    refreshes: createCoalescer(),
    /** Restarts of Python after changed settings. */
    restarts: createQueue(),
  };
}

/** @typedef {ReturnType<typeof createRequests>} Requests */
