/** How CPython on WASI gets a working folder, which WASI itself does not know: as `pybridge/processes/cpython_start.py`. */
import { joined } from "./paths.js";

export const SITE_PACKAGES = "/usr/local/lib/python3.12/site-packages";
export const START_NAME = "working_folder.pth";
export const START =
  "import os, sys; os.chdir(os.environ['PWD']); " + "sys.argv[0] = os.environ.pop('PYBRIDGE_ARGV0', sys.argv[0])\n";

/** Variables that a process may overwrite. */
export const VARIABLES = { PYTHONDONTWRITEBYTECODE: "1" };

/** @returns {Record<string, Map<string, Uint8Array>>} what it reads beside the files of the process */
export function folders() {
  return { [SITE_PACKAGES]: new Map([[`/${START_NAME}`, new TextEncoder().encode(START)]]) };
}

/**
 * @param {readonly string[]} argv
 * @param {string} cwd
 * @returns {{argv: readonly string[], env: Record<string, string>}} with an absolute path of the script, and the variable by
 *   which `START` restores `sys.argv`
 */
export function withAbsoluteScript(argv, cwd) {
  const place = scriptPlace(argv);
  if (place === null || argv[place].startsWith("/")) return { argv, env: {} };
  return { argv: argv.with(place, joined(cwd, argv[place])), env: { PYBRIDGE_ARGV0: argv[place] } };
}

/**
 * @param {readonly string[]} argv
 * @returns {number | null} where the script is; null without one
 */
function scriptPlace(argv) {
  for (let place = 1; place < argv.length; place += 1) {
    const argument = argv[place];
    if (argument === "-") return null;
    if (!argument.startsWith("-")) return place;
    if (argument === "--check-hash-based-pycs") place += 1;
    else if (!argument.startsWith("--")) {
      const option = /[cmWX]/.exec(argument.slice(1));
      if (option !== null && "cm".includes(option[0])) return null;
      // Its value is the next argument.
      if (option !== null && option.index + 2 === argument.length) place += 1;
    }
  }
  return null;
}
