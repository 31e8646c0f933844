#!/usr/bin/env bats
# The doors: what each calls, and what a person sees who uses them wrongly. The programs behind are stubs here.

bats_require_minimum_version 1.5.0

setup() {
    here=$(mktemp -d)
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cp "$root/Makefile" "$here/"
    mkdir -p "$here/.venv/bin" "$here/scripts"
    printf '#!/bin/sh\necho "$@" >>"%s/calls"\n' "$here" >"$here/.venv/bin/python"
    printf '#!/bin/sh\necho "bootstrap $*" >>"%s/calls"\n' "$here" >"$here/scripts/bootstrap.sh"
    chmod +x "$here/.venv/bin/python" "$here/scripts/bootstrap.sh"
    cd "$here"
}

teardown() { rm -rf "$here"; }

@test "make alone prints the doors" {
    run -0 make
    for door in demo run status doctor stop clean test verify; do
        [[ "$output" == *"make $door "* ]]
    done
    [ ! -e calls ]
}

@test "make demo makes the machine ready before it shows anything" {
    run -0 make demo
    run -0 cat calls
    [ "${lines[0]}" = "bootstrap " ]
    [[ "${lines[1]}" == "scripts/demo.py --rounds 3 --agent  --began "1*.* ]]
}

@test "make run checks AGENT and LEVEL before it prepares anything" {
    run -0 make run AGENT=codex LEVEL=L4
    run -0 cat calls
    [ "${lines[1]}" = "scripts/launch.py --agent codex --level L4 --replica  --track  --dry-run" ]
    [ "${lines[2]}" = "scripts/prepare.py --agent codex" ]
    [ "${lines[3]}" = "scripts/launch.py --agent codex --level L4 --replica  --track " ]
}

@test "make run hands on which of several entrants is meant" {
    run -0 make run AGENT=codex LEVEL=L4 REPLICA=b TRACK=replay
    grep -qx 'scripts/launch.py --agent codex --level L4 --replica b --track replay' calls
}

@test "make run without AGENT leaves the complaint to the script that knows the choices" {
    run -0 make run
    grep -qx 'scripts/launch.py --agent  --level  --replica  --track  --dry-run' calls
}

@test "a failing script fails its door" {
    printf '#!/bin/sh\nexit 1\n' >.venv/bin/python
    run -2 make status
}

@test "a failing bootstrap stops before any script" {
    printf '#!/bin/sh\nexit 2\n' >scripts/bootstrap.sh
    run -2 make demo
    [ ! -e calls ]
}

@test "make watch and make transcript hand on what they were told" {
    run -0 make watch AGENT=codex LEVEL=L3
    run -0 make watch AGENT=codex LEVEL=L3 REPLICA=b
    run -0 make transcript RUN=2026-05-16T130207Z-codex-l3
    grep -qx 'scripts/watch.py --agent codex --level L3 --replica  --run ' calls
    grep -qx 'scripts/watch.py --agent codex --level L3 --replica b --run ' calls
    run -0 make transcript RUN=codex SESSION=work-1 FULL=1
    grep -qx 'scripts/transcript.py --run 2026-05-16T130207Z-codex-l3 --session ' calls
    grep -qx 'scripts/transcript.py --run codex --session work-1 --full' calls
}

@test "make backup and make restore hand on the file" {
    run -0 make backup FILE="/mnt/a disk/b.tar.gz"
    run -0 make restore FILE=/mnt/b.tar.gz
    grep -qx 'scripts/backup.py --file /mnt/a disk/b.tar.gz' calls
    grep -qx 'scripts/restore.py --file /mnt/b.tar.gz' calls
}

@test "make tick looks, reconciles and fetches scores, in this order" {
    run -0 make tick
    run -0 cat calls
    [ "${lines[1]}" = "scripts/watch_window.py" ]
    [ "${lines[2]}" = "scripts/reconcile.py" ]
    [ "${lines[3]}" = "scripts/fetch_scores.py" ]
}

@test "make show and make unlock hand on what they were told" {
    run -0 make show RUN=2026-05-16T130207Z-codex-l3
    run -0 make unlock CONTAINER=0123456789ab
    run -0 make unlock
    grep -qx 'scripts/show.py --run 2026-05-16T130207Z-codex-l3' calls
    grep -qx 'scripts/unlock.py --container 0123456789ab' calls
    grep -qx 'scripts/unlock.py --container ' calls
}

@test "make status and make logs hand on what they were told" {
    run -0 make status
    run -0 make status JSON=1
    run -0 make logs ENTRANT=codex-l4
    run -0 make logs ENTRANT=codex-l4 TAIL=7 FOLLOW=1
    run -0 make logs
    grep -qx 'scripts/status.py' calls
    grep -qx 'scripts/status.py --json' calls
    grep -qx 'scripts/logs.py --entrant codex-l4' calls
    grep -qx 'scripts/logs.py --entrant codex-l4 --lines 7 --follow' calls
    grep -qx 'scripts/logs.py --entrant ' calls
}
