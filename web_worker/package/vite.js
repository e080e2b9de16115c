/**
 * The plugin for Vite: in development it serves the runtime's files as they are, in a build it emits them as they are. Source
 * maps lead to the sources of the runtime's minified modules.
 *
 *     import pybridge from "pybridge-runtime/vite";
 *     export default { plugins: [pybridge()] };
 *
 * An application imports `pybridge-runtime/assets` as it would without the plugin.
 */
import { readFile, realpath } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  folderName,
  MAPPED,
  readSourceMap,
  runtimeFiles,
  typeOf,
  WORKER_POLICY,
  withoutMapAddress,
} from "./package_files.js";

const ASSETS = "pybridge-runtime/assets";
const MODULE = `\0${ASSETS}`;
const PREFIX = "@pybridge-runtime/";
/** A page's own headers that would close the sandbox's frame; its policy is inside it. */
const NOT_FOR_FILES = ["content-security-policy", "x-frame-options"];

/** @typedef {import("node:http").IncomingMessage & {originalUrl?: string}} Request */

/** @returns {{name: string}} a plugin for the `plugins` of a Vite configuration */
export default function pybridge() {
  /** @type {any} */
  let config;
  const plugin = {
    name: "pybridge-runtime",
    enforce: /** @type {const} */ ("pre"),
    // Vite would copy the module of addresses to another folder, where the files are not.
    config: () => ({ optimizeDeps: { exclude: ["pybridge-runtime"] } }),
    configResolved(/** @type {any} */ resolved) {
      config = resolved;
      // A linked package is outside the application's folder.
      resolved.server.fs.allow.push(fileURLToPath(new URL(".", import.meta.url)));
    },
    configureServer(/** @type {any} */ server) {
      server.middlewares.use(serveFiles(config));
    },
    resolveId: (/** @type {string} */ source) => (source === ASSETS ? MODULE : null),
    /**
     * @this {any}
     * @param {string} id
     */
    load(id) {
      // In development Vite reads the maps itself.
      if (id !== MODULE) return config.command === "build" && config.build.sourcemap ? loadWithMap(id) : null;
      return config.command === "serve" ? addressesInDevelopment(config.base) : emitFiles(this, config.build.assetsDir);
    },
  };
  return plugin;
}

/** @param {string} id of any module; those of others are left to Vite */
async function loadWithMap(id) {
  const name = MAPPED.find((each) => id.endsWith(`/${each}`));
  const file = fileURLToPath(new URL(`./${name}`, import.meta.url));
  if (!name || (await realpath(id).catch(() => "")) !== file) return null;
  return { code: withoutMapAddress(await readFile(file, "utf8")), map: (await readSourceMap(file)) ?? null };
}

/** @param {string} base */
function addressesInDevelopment(base) {
  const addresses = Object.keys(runtimeFiles).map((name) => `${JSON.stringify(name)}: at(${JSON.stringify(name)})`);
  const folder = JSON.stringify(base + PREFIX);
  return `const at = (name) => new URL(${folder} + name, import.meta.url);\nexport const assets = { ${addresses} };\n`;
}

/**
 * @param {any} bundler what Vite calls a plugin with
 * @param {string} assetsDir
 */
async function emitFiles(bundler, assetsDir) {
  const folder = `${assetsDir}/${await folderName()}`.replace(/^\/+/, "");
  const addresses = [];
  for (const [name, url] of Object.entries(runtimeFiles)) {
    const source = await readFile(url);
    const file = bundler.emitFile({ type: "asset", fileName: `${folder}/${name}`, source });
    addresses.push(`${JSON.stringify(name)}: new URL(import.meta.ROLLUP_FILE_URL_${file}, import.meta.url)`);
  }
  return `export const assets = { ${addresses.join(", ")} };\n`;
}

/**
 * Answer requests for the runtime's files before anything transforms them.
 * @param {any} config
 * @returns {(request: Request, response: import("node:http").ServerResponse, next: (error?: unknown) => void) => void}
 */
function serveFiles({ base, server }) {
  return (request, response, next) => {
    const [path] = (request.originalUrl ?? request.url ?? "").split("?");
    const name = path.startsWith(base + PREFIX) ? path.slice((base + PREFIX).length) : "";
    if (!Object.hasOwn(runtimeFiles, name)) return next();
    readFile(runtimeFiles[name]).then((content) => {
      response.writeHead(200, headersFor(name, content, server.headers));
      response.end(request.method === "HEAD" ? undefined : content);
    }, next);
  };
}

/**
 * @param {string} name
 * @param {Uint8Array} content
 * @param {Record<string, any>} [own] headers of the application's server
 */
function headersFor(name, content, own = {}) {
  const kept = Object.entries(own).filter(([header]) => !NOT_FOR_FILES.includes(header.toLowerCase()));
  const policy = name === "worker.bin" ? { "Content-Security-Policy": WORKER_POLICY } : {};
  const facts = { "Content-Type": typeOf(name), "Content-Length": content.length, "Cache-Control": "no-cache" };
  return { ...Object.fromEntries(kept), ...policy, ...facts };
}
