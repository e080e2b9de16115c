/** Names of sources in a source map that say nothing of the machine and are the same wherever the folder is built. */
import path from "node:path";

const PACKAGES = "node_modules/";

/**
 * @param {readonly string[]} sources relative to the map
 * @param {string} folder where the map is
 * @param {string} root of the sources
 * @returns {string[]} as paths from the root; those of npm packages, which may be linked from elsewhere, from node_modules/
 */
export function movedSources(sources, folder, root) {
  return sources.map((source) => {
    const file = path.relative(root, path.resolve(folder, source)).replaceAll(path.sep, "/");
    return file.startsWith("../") ? file.slice(file.lastIndexOf(PACKAGES)) : file;
  });
}
