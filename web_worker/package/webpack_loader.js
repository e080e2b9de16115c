/** The loader that the plugin for webpack adds: the minified modules of this package with their source maps. */
import { readSourceMap, withoutMapAddress } from "./package_files.js";

/**
 * @this {any} webpack's context of a loader
 * @param {string} code
 * @param {unknown} [map] of a loader before this one
 */
export default function load(code, map) {
  const done = this.async();
  const reading = this.sourceMap && !map ? readSourceMap(this.resourcePath) : Promise.resolve(map);
  reading.then((found) => done(null, withoutMapAddress(code), found), done);
}
