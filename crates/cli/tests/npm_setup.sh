#!/bin/sh
# Prepares what the tests take from the npm registry, in target/npm at the workspace's root, about 70 MB:
# the vendor's JavaScript SDK for tests/it/vendor_sdk.rs, and the TypeScript compiler for the example
# receiver in tests/it/events.rs. Does nothing if all is there already. The Python SDK is prepared by
# crates/genesys-sandbox/tests/vendor_sdk_setup.sh.
set -eu

here="$(dirname "$0")"
# The versions are said once, where they are asked for.
version() {
    sed -n "s/^const $2: &str = \"\(.*\)\";\$/\1/p" "$here/it/$1.rs"
}
sdk=$(version vendor_sdk JAVASCRIPT_VERSION)
compiler=$(version events TYPESCRIPT_VERSION)
place="$here/../../../target/npm"

has() {
    grep -q "\"version\": \"$2\"" "$place/node_modules/$1/package.json" 2>/dev/null
}
if has purecloud-platform-client-v2 "$sdk" && has typescript "$compiler"; then
    echo "the vendor's JavaScript SDK $sdk and TypeScript $compiler are in place"
    exit 0
fi

mkdir -p "$place"
npm install --prefix "$place" --no-audit --no-fund --silent \
    "purecloud-platform-client-v2@$sdk" "typescript@$compiler" "@types/node@22"
echo "installed the vendor's JavaScript SDK $sdk and TypeScript $compiler"
