/** The address of every file the client loads. Written so that bundlers see the files and copy them. */
export const assets = {
  "manifest.json": new URL("./manifest.json", import.meta.url),
  "frame.htm": new URL("./frame.htm", import.meta.url),
  "worker.bin": new URL("./worker.bin", import.meta.url),
  "pyodide.asm.wasm": new URL("./pyodide.asm.wasm", import.meta.url),
  "python_stdlib.zip": new URL("./python_stdlib.zip", import.meta.url),
  "engine.zip": new URL("./engine.zip", import.meta.url),
  "scripts.bin": new URL("./scripts.bin", import.meta.url),
  "snapshot.bin": new URL("./snapshot.bin", import.meta.url),
};
