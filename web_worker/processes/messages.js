/**
 * The messages between the page and the worker of processes. They are structured clones.
 *
 * @typedef {object} Begin a process begins, with files of its own
 * @property {"begin"} kind
 * @property {Map<string, Uint8Array>} files by their absolute path
 * @property {readonly string[]} folders that are there, by their absolute path
 * @property {import("./files/tree.js").TreeLimits} limits
 *
 * @typedef {object} Run one command of the process runs
 * @property {"run"} kind
 * @property {number} id
 * @property {{key: string, wasm: Blob} | null} module its file, and a name for the compiled one; null for the interpreter
 * @property {readonly string[]} argv
 * @property {Record<string, string>} env
 * @property {Uint8Array} stdin
 * @property {Record<string, Map<string, Uint8Array>>} folders what it may read beside its files, by their absolute path
 * @property {readonly [number, number]} streamBytes that are sent of each output
 *
 * @typedef {{kind: "output", stream: 1 | 2, bytes: Uint8Array, isCut: boolean}} Output isCut: the rest is dropped
 * @typedef {{kind: "files", changes: import("./files/changes.js").Changes}} Files
 * @typedef {{kind: "ended", id: number} & import("./wasi/guest.js").Ended} Ended
 * @typedef {Output | Files | Ended} Told by the worker
 */
export {};
