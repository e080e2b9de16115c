#!/bin/sh
# Publishes bundles in a registry on this machine, installs them from there and from a file, updates and removes them.
# Usage: try.sh KEY [CONFIG…], where KEY is the file of the private key that signs, and CONFIG describes a bundle
# (bundle.json is one of two variants). With smoke.py beside CONFIG, what is installed runs, too. Leaves nothing behind.
set -eu

absolute() { printf '%s/%s' "$(cd "$(dirname "$1")" && pwd)" "$(basename "$1")"; }
key=$(absolute "$1")
shift
variant=
test $# -gt 0 || { set -- bundle.json && variant=large; }
for config in "$@"; do
    shift
    set -- "$@" "$(absolute "$config")"
done

place=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$place"' EXIT
export PYBRIDGE_DATA="$place/data"
umask 077
mkdir "$place/work"
cd "$place/work"

# For this machine only, which can build nothing else.
case $(uname -s) in
    Darwin) platform=macos_universal ;;
    *) platform=linux_$(uname -m | sed s/aarch64/arm64/) ;;
esac

say() { printf '\n== %s\n' "$1"; }
id_of() { sed -n 's/^  "id": "\(.*\)",$/\1/p' "$1"; }

say 'A registry: its root, the key that may publish, a token'
pybridge keys new root > "$place/root"
pybridge registry init --dir "$place/registry" --root-key root --publisher "$key"
pybridge registry token new ci --dir "$place/registry" > "$place/token"
pybridge registry serve --dir "$place/registry" --port 0 > "$place/address" &
server=$!
until grep -q serving "$place/address"; do sleep 0.1; done
url=$(sed -n 's/^serving  //p' "$place/address")

say 'Publish; a second run changes nothing'
publish() {
    pybridge publish "$@" --only "$platform" --platform "$platform" \
        --registry "$url" --key "$key" --token-file "$place/token"
}
for config in "$@"; do
    publish "$config"
    test -z "$variant" || publish "$config" --variant "$variant"
    publish "$config"
done

say 'Install from the registry, as a user who trusts its root and the publisher'
pybridge keys trust "$place/registry/public/metadata/root.json"
pybridge keys trust "$(cat "$key.public")" --name publisher
for config in "$@"; do
    id=$(id_of "$config")
    folder=$(pybridge install "$id" --from "$url" --json | sed -n 's/^  "path": "\(.*\)",$/\1/p')
    test -z "$variant" || pybridge install "$id-$variant" --from "$url"
    smoke=$(dirname "$config")/smoke.py
    test ! -f "$smoke" || python3 "$smoke" "$folder"
done
pybridge installed --check

say 'A new version: update'
for config in "$@"; do
    next="$place/next/$(id_of "$config")"
    mkdir -p "$place/next"
    cp -R "$(dirname "$config")" "$next"
    sed 's/^  "version": ".*",$/  "version": "1000.0.0",/' "$config" > "$next/next.json"
    publish "$next/next.json"
done
pybridge update --from "$url"

say 'An older version is refused, also from a file'
refused() {
    if pybridge install "$@"; then
        echo 'an older version was installed' >&2
        exit 1
    fi
}
for config in "$@"; do
    id=$(id_of "$config")
    pybridge bundle build "$config" --key "$key" --out "$place/dist"
    file=$(find "$place/dist/$id" -name '*.zip')
    version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$config")
    refused "$id@$version" --from "$url"
    refused "$file"
done

say 'Remove; install from a file where nothing newer was'
for config in "$@"; do
    pybridge uninstall "$(id_of "$config")"
done
export PYBRIDGE_DATA="$place/other"
pybridge keys trust "$(cat "$key.public")" --name publisher
for file in $(find "$place/dist" -name '*.zip'); do
    pybridge install "$file"
done
pybridge installed --check
say 'Done'
