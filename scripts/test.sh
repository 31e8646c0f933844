#!/usr/bin/env bash
# All tests: what is quick first, then what needs the engine, then the shell's own. In CI a skip for want of an engine fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONDONTWRITEBYTECODE  # or every worker and every program compiles all modules anew

.venv/bin/python -m pytest -n 2 --dist worksteal -m quick "$@" tests/unit tests/scripts tests/wiring
# By whole files: these tests wait for engines, clocks and networks more than they compute.
.venv/bin/python -m pytest -m full --durations=10 -n 2 --dist loadfile "$@"

bats=$(command -v bats || true)
if [ -z "$bats" ] && command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    if [ "$(id -u)" = 0 ]; then apt-get install -q -y bats >/dev/null; else sudo -n apt-get install -q -y bats >/dev/null; fi
    bats=$(command -v bats)
fi
if [ -z "$bats" ]; then
    echo "nab: the tests of the Makefile and the shell scripts need bats: sudo apt-get install bats" >&2
    exit 2
fi
"$bats" tests/bats
