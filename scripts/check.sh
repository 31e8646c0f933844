#!/usr/bin/env bash
# What must hold before a commit; with --static only what can be seen without running it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONDONTWRITEBYTECODE  # or every worker and every program compiles all modules anew

.venv/bin/ruff format --check --quiet lib scripts tests bench images
.venv/bin/ruff check --quiet lib scripts tests bench images
.venv/bin/mypy lib/nab
if command -v shellcheck >/dev/null; then
    shellcheck scripts/*.sh images/base/nab-box images/node/nab-install-cli .ci/run
else
    echo "shellcheck is not installed: the shell scripts were not checked" >&2
fi
if [ "${1:-}" != --static ]; then
    .venv/bin/python -m pytest -q -n 2 --dist worksteal -m quick tests/unit tests/scripts tests/wiring
fi
