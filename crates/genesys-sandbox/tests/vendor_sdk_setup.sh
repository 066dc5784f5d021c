#!/bin/sh
# Prepares the virtual environment in which tests/vendor_sdk.rs runs the vendor's Python SDK:
# target/vendor-sdk at the workspace's root, about 200 MB. Does nothing if it is there already.
set -eu

version=$(sed -n 's/^const SDK_VERSION: &str = "\(.*\)";$/\1/p' "$(dirname "$0")/vendor_sdk.rs")
venv="$(dirname "$0")/../../../target/vendor-sdk"

if "$venv/bin/python" -c "
import importlib.metadata, sys
sys.exit(importlib.metadata.version('PureCloudPlatformClientV2') != '$version')
" 2>/dev/null; then
    echo "the vendor's SDK $version is in place"
    exit 0
fi

python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    "PureCloudPlatformClientV2==$version"
echo "installed the vendor's SDK $version"
