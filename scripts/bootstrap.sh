#!/usr/bin/env bash
# Make .venv from the lock file; instant when it is there already. --dev adds what tests and checks need; --deploy makes
# .venv-deploy, with Ansible alone, and --lint .venv-lint, with what judges the playbooks.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock=requirements.lock venv=.venv
[ "${1:-}" = --dev ] && lock=requirements-dev.lock
[ "${1:-}" = --deploy ] && lock=requirements-deploy.lock venv=.venv-deploy
[ "${1:-}" = --lint ] && lock=requirements-lint.lock venv=.venv-lint
ready=$venv/.ready unfinished=$venv/.unfinished sum=$(sha256sum <"$lock" | cut -d' ' -f1)
if [ -f "$ready" ] && grep -qs "$sum" "$ready"; then exit 0; fi
fail() { printf 'nab: %s\n     %s\n' "$1" "$2" >&2; exit 2; }

find_python() {
    local name
    for name in ${NAB_PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Run a command while its elapsed time is shown; its own output only when it fails.
shown() {
    local what=$1 log pid code=0 start=$SECONDS
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        [ -t 2 ] && printf '\r%s, %d s' "$what" $((SECONDS - start)) >&2
        sleep 0.2
    done
    wait "$pid" || code=$?
    [ -t 2 ] && printf '\r' >&2
    printf '%s: %d s\n' "$what" $((SECONDS - start)) >&2
    if [ "$code" -ne 0 ]; then tail -n 20 "$log" >&2; fi
    rm -f "$log"
    return "$code"
}

if ! python=$(find_python); then
    { command -v apt-get && { [ "$(id -u)" = 0 ] || sudo -n true; }; } >/dev/null 2>&1 ||
        fail "no Python 3.11 or newer with its venv module" "sudo apt-get install python3 python3-venv"
    shown "installing python3-venv" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3-venv || true
    python=$(find_python) || fail "this machine's Python is older than 3.11" "install python3.11 and python3.11-venv"
fi

# What an interrupted install left cannot be trusted.
if [ -e "$unfinished" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then rm -rf "$venv"; fi
[ -d "$venv" ] || shown "making $venv with $python" "$python" -m venv "$venv" || fail "no $venv" "see the lines above"
rm -f "$ready" && touch "$unfinished"
pip=("$venv/bin/python" -m pip install -q --disable-pip-version-check --no-compile --require-hashes)
shown "installing $lock" "${pip[@]}" -r "$lock" ||
    fail "installing $lock failed" "see the lines above, then run it again"
echo "$PWD/lib" >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nab.pth"
sha256sum requirements.lock "$lock" | cut -d' ' -f1 >"$ready"
rm -f "$unfinished"
# Compiling all of it takes twice as long as installing it, and most of it is never imported: that goes on beside
# whatever comes next, for those who may not write here.
nice -n 19 "$venv/bin/python" -m compileall -q "$venv/lib" </dev/null >/dev/null 2>&1 &
echo $! >"$venv/.compiling" # for whoever removes it: make clean
