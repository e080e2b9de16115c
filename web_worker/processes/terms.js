/**
 * What a run is asked for beside its invocation, in a page and in Node.
 *
 * @typedef {object} Terms
 * @property {AbortSignal} [signal] cancels the process: its outcome has the exit code 125
 * @property {(piece: Uint8Array) => void} [onStdout] gets each piece of standard output at once
 * @property {(piece: Uint8Array) => void} [onStderr] gets each piece of standard error at once
 */
export {};
