#!/usr/bin/env bash
# Pin every dependency by version and hash. The files name no index: any mirror serves them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install --quiet uv
compile() { "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --no-header --generate-hashes "$@"; }

compile --extra tournament --extra results pyproject.toml -o requirements.lock
compile --extra tournament --extra results --group dev pyproject.toml --constraint requirements.lock -o requirements-dev.lock
compile --group deploy -o requirements-deploy.lock
compile --group lint --constraint requirements-deploy.lock -o requirements-lint.lock
for image in images/proxy images/control images/node; do
    compile "$image/requirements.in" -o "$image/requirements.lock"
done
