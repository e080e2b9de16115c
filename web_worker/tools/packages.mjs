/** Which npm packages' code is in a bundle. */

const FOLDER = "node_modules/";

/**
 * @param {import("esbuild").Metafile} metafile of the bundle
 * @returns {string[]} their places in package-lock.json, as `node_modules/@scope/name`
 */
export function packagesIn({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(files.filter((file) => file.includes(FOLDER)).map(placeOf))].sort();
}

/** @param {string} file */
function placeOf(file) {
  const inside = file.lastIndexOf(FOLDER) + FOLDER.length;
  const [first, second] = file.slice(inside).split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  return file.slice(file.indexOf(FOLDER), inside) + name;
}
