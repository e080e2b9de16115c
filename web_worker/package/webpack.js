/**
 * The plugin for webpack 5: it emits the runtime's files as they are, and no minimiser or loader changes them. A source map
 * of the bundle leads to the sources of the runtime's minified modules.
 *
 *     import { PybridgePlugin } from "pybridge-runtime/webpack";
 *     export default { plugins: [new PybridgePlugin()] };
 *
 * An application imports `pybridge-runtime/assets` as it would without the plugin.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { folderName, MAPPED, runtimeFiles } from "./package_files.js";

const NAME = "PybridgePlugin";
/** Source maps for the minified modules. */
const LOADING = {
  test: new RegExp(`[\\\\/](?:${MAPPED.join("|").replaceAll(".", "\\.")})$`),
  descriptionData: { name: "pybridge-runtime" },
  enforce: "pre",
  loader: fileURLToPath(new URL("./webpack_loader.js", import.meta.url)),
};
/** Not to be minimised, hashed or measured: other plugins read these marks. */
const MARKS = { immutable: true, minimized: true };

/** Emits the runtime's files, and gives `pybridge-runtime/assets` their addresses. */
export class PybridgePlugin {
  /** @param {any} compiler of webpack 5 */
  apply(compiler) {
    const { Compilation, NormalModuleReplacementPlugin, sources } = compiler.webpack;
    compiler.options.module.rules.push(LOADING);
    let folder = "";
    /** @type {Map<string, any>} */
    const files = new Map();
    const readOnce = async () => {
      if (files.size > 0) return;
      folder = await folderName();
      for (const [name, url] of Object.entries(runtimeFiles))
        files.set(`${folder}/${name}`, new sources.RawSource(await readFile(url)));
    };
    compiler.hooks.beforeCompile.tapPromise(NAME, readOnce);
    const point = (/** @type {{request: string}} */ module) => {
      module.request = `data:text/javascript,${encodeURIComponent(addresses(folder))}`;
    };
    new NormalModuleReplacementPlugin(/^pybridge-runtime\/assets$/, point).apply(compiler);
    compiler.hooks.thisCompilation.tap(NAME, (/** @type {any} */ compilation) => {
      const { PROCESS_ASSETS_STAGE_ADDITIONAL: first, PROCESS_ASSETS_STAGE_REPORT: last } = Compilation;
      const { processAssets } = compilation.hooks;
      processAssets.tap({ name: NAME, stage: first }, () => emit(compilation, files));
      processAssets.tap({ name: NAME, stage: last }, () => restore(compilation, files));
    });
  }
}

export default PybridgePlugin;

/** @param {string} folder */
function addresses(folder) {
  const entries = Object.keys(runtimeFiles).map((name) => `${JSON.stringify(name)}: at(${JSON.stringify(name)})`);
  // Imported on a server, too, where nothing is loaded from there.
  const page = "globalThis.document?.baseURI ?? globalThis.location?.href ?? 'https://pybridge.invalid/'";
  return `const at = (name) => new URL(__webpack_public_path__ + ${JSON.stringify(`${folder}/`)} + name, ${page});
export const assets = { ${entries.join(", ")} };`;
}

/**
 * @param {any} compilation
 * @param {ReadonlyMap<string, any>} files
 */
function emit(compilation, files) {
  for (const [name, source] of files) compilation.emitAsset(name, source, MARKS);
}

/**
 * Undo what a plugin without regard for the marks has changed.
 * @param {any} compilation
 * @param {ReadonlyMap<string, any>} files
 */
function restore(compilation, files) {
  for (const [name, source] of files) {
    if (compilation.getAsset(name)?.source !== source) compilation.updateAsset(name, source, MARKS);
  }
}
