#!/usr/bin/env bash
# Builds MicroPython for WASI from Debian's source package.
#   build.sh            out/micropython/micropython.wasm and micropython-page.wasm, the same bytes each time; prints sizes and sha256
#   build.sh poisoned   the same two, but freed memory is cleared at once, for tests of the collector
#   build.sh native     out/micropython/native/native, a program of the same sources, for comparison
# Needs clang-19, lld-19, llvm-19, wasi-libc and libclang-rt-19-dev-wasm32 of Debian, make, python3, patch, npm, and apt-get for the source.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$here/../../out/micropython}
kind=${1:-wasm}

VERSION=1.25.0
PACKAGE=micropython=1.25.0+ds-1
ARCHIVE=micropython_1.25.0+ds.orig.tar.xz
ARCHIVE_SHA256=7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea
SUITE=trixie
RESOURCES=/usr/lib/llvm-19/lib/clang/19/lib/wasi
LIBRARIES=/usr/lib/wasm32-wasi
FEATURES=+exception-handling,+bulk-memory,+sign-ext,+mutable-globals,+nontrapping-fptoint

# Passes that make no pointer which C has not made: none that moves an address out of a loop or joins two of them. A
# pointer beside its object would not keep it alive (see port/roots.c and tools/spill.py).
CLEAN='sroa,early-cse<memssa>,simplifycfg'
PASSES="internalize,globaldce,cgscc(inline,function($CLEAN)),globaldce,function($CLEAN,adce)"

# Without GIT_DIR the version would name the commit of the repository around the sources.
export SOURCE_DATE_EPOCH=1744675200 LC_ALL=C GIT_DIR=/nowhere
mkdir -p "$work"
work=$(cd "$work" && pwd)
original=$work/original source=$work/micropython-$VERSION

fail() { printf 'build.sh: %s\n' "$1" >&2; exit 1; }

require_tools() {
  for tool in clang-19 wasm-ld-19 llvm-link-19 opt-19 llc-19 make python3 patch npm; do
    command -v "$tool" >/dev/null || fail "$tool is missing (see the first lines of this file)"
  done
  [ -f "$LIBRARIES/libc.a" ] && [ -d "$RESOURCES" ] || fail 'wasi-libc or libclang-rt-19-dev-wasm32 is missing'
}

# The machine's own archive, with a list of sources beside the system's.
fetch_source() {
  [ -f "$work/$ARCHIVE" ] || (
    cd "$work" && mkdir -p lists/partial
    archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
    [ -n "$archive" ] || fail 'no Debian archive among the sources of apt-get: run apt-get update'
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $SUITE main" > sources.list
    options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
      -o "Dir::State::lists=$work/lists" -o "APT::Sandbox::User=$(id -un)")
    apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only "$PACKAGE"
  )
  echo "$ARCHIVE_SHA256  $work/$ARCHIVE" | sha256sum --check --quiet || fail "$ARCHIVE has another content"
}

# mpy-cross is built from the sources as they are: the patches refer to what only the port has.
prepare_source() {
  if [ ! -f "$original/.built" ]; then
    rm -rf "$original"
    mkdir -p "$original"
    tar -xJf "$work/$ARCHIVE" -C "$original" --strip-components=1
    make -s -j2 -C "$original/mpy-cross" CC=clang-19 COPT=-O0 CWARN= >/dev/null
    touch "$original/.built"
  fi
  patches=$(cat "$here"/patches/*.patch | sha256sum)
  [ -f "$source/.patched" ] && [ "$(cat "$source/.patched")" = "$patches" ] && return
  rm -rf "$source"
  cp -a "$original" "$source"
  for each in "$here"/patches/*.patch; do
    patch -s -p1 -d "$source" < "$each"
  done
  echo "$patches" > "$source/.patched"
}

compile() {
  rm -rf "$work/$1"
  make -s -j2 -C "$here/port" TOP="$source" BUILD="$work/$1" PORT_CC=clang-19 HOW="$2" CFLAGS_EXTRA="${3:-}" >/dev/null
}

fetch_wasm_opt() {
  [ -x "$work/tools/node_modules/.bin/wasm-opt" ] && return
  mkdir -p "$work/tools"
  cp "$here/package.json" "$here/package-lock.json" "$work/tools/"
  (cd "$work/tools" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null)
}

# Bitcode of all files, to one module, to one object, to WebAssembly; one link makes a file for each kind of exceptions:
# wasmtime takes those of the standard only, older browsers and versions of Node their first form only.
link() {
  build=$work/$1
  (cd "$here/port" && xargs llvm-link-19 -o "$build/all.bc" < "$build/objects")
  opt-19 -S -inline-threshold=25 -internalize-public-api-list=__main_argc_argv -passes="$PASSES" "$build/all.bc" -o "$build/all.ll"
  python3 "$here/tools/spill.py" "$build/all.ll" "$build/spilled.ll"
  llc-19 -O2 -filetype=obj -wasm-enable-sjlj -exception-model=wasm -mattr="$FEATURES" "$build/spilled.ll" -o "$build/all.o"
  clang-19 --target=wasm32-wasi -isystem /usr/include/wasm32-wasi -I "$here/port/include" -mexception-handling \
    -mllvm -wasm-enable-sjlj -O2 -c "$here/port/jumps.c" -o "$build/jumps.o"
  wasm-ld-19 -o "$build/linked.wasm" -L "$LIBRARIES" "$LIBRARIES/crt1-command.o" "$build/all.o" "$build/jumps.o" \
    -lc "$RESOURCES/libclang_rt.builtins-wasm32.a" -z stack-size=1048576 --stack-first --gc-sections --strip-all
  optimise "$2.wasm" --translate-to-exnref -O2 --emit-exnref
  optimise "$2-page.wasm" -O2
}

optimise() {
  "$work/tools/node_modules/.bin/wasm-opt" --enable-exception-handling --enable-bulk-memory --enable-sign-ext \
    --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue \
    "${@:2}" --strip-producers "$build/linked.wasm" -o "$work/$1"
  printf '%s: %s bytes, sha256 %s\n' "$work/$1" "$(stat -c %s "$work/$1")" "$(sha256sum "$work/$1" | cut -d ' ' -f 1)"
}

require_tools
fetch_source
prepare_source
case $kind in
  wasm) fetch_wasm_opt; compile wasm wasm; link wasm micropython ;;
  poisoned)
    fetch_wasm_opt
    sed -i 's/#define CLEAR_ON_SWEEP (0)/#define CLEAR_ON_SWEEP (1)/' "$source/py/gc.c"
    trap "sed -i 's/#define CLEAR_ON_SWEEP (1)/#define CLEAR_ON_SWEEP (0)/' '$source/py/gc.c'" EXIT
    compile poisoned wasm
    link poisoned poisoned ;;
  native) compile native native ;;
  *) fail 'usage: build.sh [wasm | poisoned | native]' ;;
esac
