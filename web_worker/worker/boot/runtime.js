/**
 * What the worker needs of a Python runtime; `pyodide/pyodide_runtime.js` is one.
 *
 * @typedef {object} Runtime
 * @property {(assets: BootAssets, options: StartOptions) => Promise<Interpreter>} start from the host's bytes to an
 *   interpreter whose imports are locked; nothing is fetched
 *
 * @typedef {object} StartOptions
 * @property {number} heapBytes limit of the interpreter's memory
 * @property {(fd: 1 | 2, bytes: Uint8Array) => void} onWrite called with what Python writes to its standard streams
 *
 * @typedef {object} BootAssets
 * @property {WebAssembly.Module} module the interpreter's WebAssembly, compiled once for all workers
 * @property {Blob} stdlib Python's standard library, a zip
 * @property {Blob} engine the zip with pybridge.macros and the worker's Python side
 * @property {Blob | null} snapshot of a booted engine; null boots from the start
 *
 * @typedef {object} Interpreter
 * @property {(text: string) => string} handle takes a host message, returns a flag and the reply
 * @property {() => string} step runs the next slice of the job in hand
 * @property {() => number} heapBytes
 * @property {() => {name: string, ending: boolean} | null} breach the first closed import that was called; null for none
 * @property {number} closedImports
 * @property {string[]} probes what Python itself could still reach, empty when nothing
 * @property {{python: string, pyodide: string}} versions
 * @property {Record<string, number>} phases milliseconds by step of the boot
 */
export {};
