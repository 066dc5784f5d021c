#!/bin/sh
# Prepares the virtual environment in which tests/it/schemathesis.rs runs schemathesis: target/schemathesis at
# the workspace's root, about 60 MB. Does nothing if it is there already.
set -eu

here="$(dirname "$0")"
version=$(sed -n 's/^const VERSION: &str = "\(.*\)";$/\1/p' "$here/it/schemathesis.rs")
venv="$here/../../../target/schemathesis"

if "$venv/bin/python" -c "
import importlib.metadata, sys
sys.exit(importlib.metadata.version('schemathesis') != '$version')
" 2>/dev/null; then
    echo "schemathesis $version is in place"
    exit 0
fi

python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$version"
echo "installed schemathesis $version"
