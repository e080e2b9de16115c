/** The few parts of the pinned package that the worker uses; the package itself is bundled by the build. */
declare module "pyodide/pyodide.mjs" {
  export function loadPyodide(settings: object): Promise<{
    version: string;
    FS: { writeFile(path: string, bytes: Uint8Array): void };
    pyimport(name: string): any;
  }>;
}
declare module "pyodide/pyodide.asm.mjs" {
  const createPyodideModule: (settings: object) => Promise<object>;
  export default createPyodideModule;
}
declare module "pyodide/pyodide-lock.json" {
  export const info: object;
}
