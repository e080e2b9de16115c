#!/usr/bin/env bash
# Sets up what the checks and the demo need: .venv, node_modules, a browser. Quick when nothing changed.
#   dev/setup.sh env | browser | headless-shell | other-browsers | built | fuzzer | s3-server | mcpb | runtimes | component
set -euo pipefail
cd "$(dirname "$0")/.."

miss() { printf 'pybridge: %s\n' "$1" >&2; exit 1; }
say() { printf 'pybridge: %s\n' "$1" >&2; }

# stamp NAME FILES… – whether NAME was done for exactly these files
fresh() { [ -f ".stamps/$1" ] && [ "$(cat ".stamps/$1")" = "$(shift; fingerprint "$@")" ]; }
fingerprint() { cat "$@" | cksum; }
stamp() { mkdir -p .stamps; name=$1; shift; fingerprint "$@" > ".stamps/$name"; }

find_python() {
  for name in python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys, venv, ensurepip; sys.exit(not ((3, 11) <= sys.version_info < (3, 15)))' >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  miss 'Python 3.11 or newer with venv is needed (Debian: apt-get install python3 python3-venv)'
}

check_node() {
  command -v node >/dev/null 2>&1 || miss 'Node 20 or newer is needed (https://nodejs.org, or your package manager)'
  command -v npm >/dev/null 2>&1 || miss 'npm is needed; it comes with Node (Debian: apt-get install npm)'
  [ "$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] ||
    miss "Node 20 or newer is needed, this is $(node --version)"
}

set_up_python() {
  locked=requirements/dev.txt
  fresh python "$locked" pyproject.toml && [ -x .venv/bin/pybridge ] && return
  say 'setting up .venv'
  python=$(find_python)
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$locked"
  # The distribution's former name: both would own the same command.
  if compgen -G '.venv/lib/python*/site-packages/pybridge-[0-9]*.dist-info' >/dev/null; then
    .venv/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes pybridge
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
  stamp python "$locked" pyproject.toml
}

set_up_node() {
  fresh node package.json package-lock.json && [ -d node_modules/esbuild ] && return
  say 'setting up node_modules'
  npm ci --prefer-offline --ignore-scripts --no-fund --no-audit --loglevel=error
  stamp node package.json package-lock.json
}

# Bundlers that only tests use: nobody who builds the runtime has to install them.
set_up_bundlers() {
  locked=e2e/bundlers/package-lock.json
  fresh bundlers "$locked" && [ -d e2e/bundlers/node_modules/webpack ] && return
  say 'setting up e2e/bundlers/node_modules'
  (cd e2e/bundlers && npm ci --prefer-offline --ignore-scripts --no-fund --no-audit --loglevel=error)
  stamp bundlers "$locked"
}

have_browser() { .venv/bin/python -m pybridge.engines.browser.chromium >/dev/null 2>&1; }

# Makes the browser tests quicker; without it they run in Chromium itself. Tried once in a checkout.
set_up_headless_shell() {
  [ -f .stamps/headless-shell ] && return
  if ! command -v chromium-headless-shell >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say 'installing a headless shell of Chromium with apt-get'
    apt_get_install chromium-headless-shell || say 'there is none: the browser tests take longer'
  fi
  mkdir -p .stamps && : > .stamps/headless-shell
}

# Firefox, and WebKit with a display for it. Without them the tests of every browser run in Chromium only.
set_up_other_browsers() {
  command -v firefox-esr >/dev/null 2>&1 && command -v WebKitWebDriver >/dev/null 2>&1 && command -v Xvfb >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say 'installing Firefox and WebKit with apt-get'
    apt_get_install --no-install-recommends firefox-esr webkit2gtk-driver xvfb ||
      miss 'apt-get cannot install firefox-esr, webkit2gtk-driver and xvfb'
    return
  fi
  say 'Firefox or WebKit is missing (Debian: apt-get install firefox-esr webkit2gtk-driver xvfb): their tests are skipped'
}

apt_get_install() {
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get install -y -qq "$@" >/dev/null 2>&1 && return
  timeout 120 apt-get update -qq >/dev/null 2>&1 && timeout 300 apt-get install -y -qq "$@" >/dev/null 2>&1
}

set_up_browser() {
  have_browser && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say 'installing Chromium with apt-get'
    apt_get_install chromium || true
  fi
  have_browser && return
  say 'installing Chromium with playwright'
  .venv/bin/playwright install chromium || true
  have_browser || miss 'no Chromium: install one (Debian: sudo apt-get install chromium) or run .venv/bin/playwright install chromium'
}

set_up_built() {
  .venv/bin/python -c '
from pybridge.build.on_demand import built_folder
from pybridge.engines import open_engine
built_folder()
open_engine("wasi").close()
'
}

# MicroPython, where it is not in the cache: one to two minutes of processor time.
set_up_runtimes() {
  .venv/bin/python dev/keep_runtime.py && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && ! command -v clang-19 >/dev/null 2>&1; then
    say 'installing a compiler for WebAssembly with apt-get'
    apt_get_install --no-install-recommends clang-19 lld-19 llvm-19 wasi-libc libclang-rt-19-dev-wasm32 || true
  fi
  say 'building MicroPython'
  runtimes/micropython/build.sh && .venv/bin/python dev/keep_runtime.py out/micropython/micropython{,-page}.wasm >/dev/null ||
    miss 'MicroPython cannot be built here: its tests are skipped'
}

# The macro engine as a component, where the one of these sources is not in the cache: 20 s of processor time.
set_up_component() {
  .venv/bin/python runtimes/cpython/build.py --check 2>/dev/null && return
  say 'building the macro engine as a component'
  .venv/bin/python runtimes/cpython/build.py >/dev/null || miss 'the component cannot be built here: its tests are skipped'
}

# Only for the tests of a registry's store with --long: an S3 server of others, in an environment of its own.
set_up_s3_server() {
  locked=requirements/s3.txt
  fresh s3-server "$locked" && [ -x .stamps/s3/bin/moto_server ] && return
  say 'setting up an S3 server'
  .venv/bin/python -m venv --clear .stamps/s3
  .stamps/s3/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$locked"
  stamp s3-server "$locked"
}

# Only for the tests of bundles with --long: the tool of MCP bundles.
set_up_mcpb() {
  place=tests/differential/mcpb
  fresh mcpb "$place/package-lock.json" && [ -x "$place/node_modules/.bin/mcpb" ] && return
  check_node
  say 'setting up the tool of MCP bundles'
  (cd "$place" && npm ci --prefer-offline --ignore-scripts --no-fund --no-audit --loglevel=error)
  stamp mcpb "$place/package-lock.json"
}

# Only for `make fuzz`.
set_up_fuzzer() {
  locked=requirements/fuzz.txt
  fresh fuzzer "$locked" && .venv/bin/python -c 'import atheris' >/dev/null 2>&1 && return
  say 'setting up the fuzzer'
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$locked" ||
    miss 'the fuzzer needs Linux and CPython 3.11, 3.12 or 3.13'
  stamp fuzzer "$locked"
}

case "${1:-}" in
  env) check_node; set_up_python; set_up_node; set_up_bundlers ;;
  browser) set_up_browser ;;
  headless-shell) set_up_headless_shell ;;
  other-browsers) set_up_other_browsers ;;
  built) set_up_built ;;
  fuzzer) set_up_fuzzer ;;
  s3-server) set_up_s3_server ;;
  mcpb) set_up_mcpb ;;
  runtimes) set_up_runtimes ;;
  component) set_up_component ;;
  *) miss 'usage: dev/setup.sh env | browser | headless-shell | other-browsers | built | fuzzer | s3-server | mcpb | runtimes | component' ;;
esac
