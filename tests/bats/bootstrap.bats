#!/usr/bin/env bats
# The first thing that runs on a new machine. Python and pip are stubs: no package is installed here.

bats_require_minimum_version 1.5.0

setup() {
    here=$(mktemp -d)
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    mkdir -p "$here/scripts" "$here/lib" "$here/bin"
    cp "$root/scripts/bootstrap.sh" "$here/scripts/"
    echo "a==1" >"$here/requirements.lock"
    echo "a==1 b==2" >"$here/requirements-dev.lock"
    cat >"$here/bin/fakepython" <<'STUB'
#!/bin/sh
case "$*" in
*"-m venv"*) mkdir -p .venv/bin .venv/site; cp "$0" .venv/bin/python ;;
*"-m pip install"*) echo "$@" >>installs; [ ! -e fail ] || exit 1 ;;
*"-m compileall"*) [ ! -e watched ] || echo "$@" >>compiled ;;
*purelib*) echo "$PWD/.venv/site" ;;
esac
STUB
    chmod +x "$here/bin/fakepython"
    export PATH="$here/bin:$PATH" NAB_PYTHON=fakepython
    cd "$here"
}

teardown() { rm -rf "$here"; }

@test "a new machine gets the packages of the lock file, by hash, and the path to lib" {
    run -0 scripts/bootstrap.sh
    grep -q -- '--require-hashes -r requirements.lock' installs
    [ "$(cat .venv/site/nab.pth)" = "$PWD/lib" ]
}

@test "nobody waits until packages are compiled: that goes on beside what comes next" {
    touch watched
    run -0 scripts/bootstrap.sh
    grep -q -- '--no-compile' installs
    until [ -s compiled ]; do sleep 0.05; done
    grep -q -- '-m compileall -q .venv/lib' compiled
    [[ "$(cat .venv/.compiling)" =~ ^[0-9]+$ ]] # make clean ends it
}

@test "a second run installs nothing" {
    run -0 scripts/bootstrap.sh
    run -0 scripts/bootstrap.sh
    [ "$(wc -l <installs)" -eq 1 ]
}

@test "a changed lock file is installed again" {
    run -0 scripts/bootstrap.sh
    echo "a==2" >requirements.lock
    run -0 scripts/bootstrap.sh
    [ "$(wc -l <installs)" -eq 2 ]
}

@test "what the tests need includes what the program needs" {
    run -0 scripts/bootstrap.sh --dev
    run -0 scripts/bootstrap.sh
    [ "$(wc -l <installs)" -eq 1 ]
    grep -q requirements-dev.lock installs
}

@test "an install that failed says so with exit 2, and the next run does it again" {
    touch fail
    run -2 scripts/bootstrap.sh
    [[ "$output" == *"installing requirements.lock failed"* ]]
    rm fail
    run -0 scripts/bootstrap.sh
    [ -e .venv/.ready ]
}
