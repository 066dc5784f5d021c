#!/bin/sh
# Prepares the vendor's JavaScript SDK for tests/it/vendor_sdk.rs: target/vendor-sdk-js at the workspace's
# root, about 35 MB. Does nothing if it is there already. The Python SDK that the same test runs is
# prepared by crates/genesys-sandbox/tests/vendor_sdk_setup.sh.
set -eu

here="$(dirname "$0")"
version=$(sed -n 's/^const JAVASCRIPT_VERSION: &str = "\(.*\)";$/\1/p' "$here/it/vendor_sdk.rs")
place="$here/../../../target/vendor-sdk-js"

if grep -q "\"version\": \"$version\"" \
    "$place/node_modules/purecloud-platform-client-v2/package.json" 2>/dev/null; then
    echo "the vendor's JavaScript SDK $version is in place"
    exit 0
fi

mkdir -p "$place"
npm install --prefix "$place" --no-audit --no-fund --silent \
    "purecloud-platform-client-v2@$version"
echo "installed the vendor's JavaScript SDK $version"
