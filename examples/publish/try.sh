#!/bin/sh
# Publishes the bundles of bundle.json in a registry on this machine, and installs them from there.
# Usage: try.sh KEY, where KEY is the file of the private key that signs. Leaves nothing behind.
set -eu

key=$1
place=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$place"' EXIT
export PYBRIDGE_DATA="$place/data"
umask 077

# The registry: a root key, and the key that may publish. Its root and that key are what users trust.
pybridge keys new root > "$place/root"
pybridge registry init --dir "$place/registry" --root-key root --publisher "$key=echo*"
pybridge registry token new ci --dir "$place/registry" > "$place/token"
pybridge registry serve --dir "$place/registry" --port 0 > "$place/address" &
server=$!
until grep -q serving "$place/address"; do sleep 0.1; done
url=$(sed -n 's/^serving  //p' "$place/address")

# Publish. A second run changes nothing.
publish() {
    pybridge publish bundle.json "$@" --registry "$url" --key "$key" --token-file "$place/token"
}
publish
publish --variant large
publish

# Install, as a user who trusts the root and the publisher.
pybridge keys trust "$place/registry/public/metadata/root.json"
pybridge keys trust "$(cat "$key.public")" --name publisher --only 'echo*'
pybridge install echo --from "$url"
pybridge install echo-large --from "$url"
pybridge installed --check
