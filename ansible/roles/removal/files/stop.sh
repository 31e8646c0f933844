#!/bin/sh
# Stop our units and our boxes; says "stopped" where there was something to stop.
set -eu
units=$(systemctl list-units --all --plain --no-legend 'nab-*' nab.target nabrelease.service | cut -d' ' -f1)
if [ -n "$units" ]; then
    # shellcheck disable=SC2086 # a word each
    systemctl stop $units
    systemctl disable --quiet nab.target nabrelease.service 'nab-*.timer' 2>/dev/null || true
    echo stopped
fi
if command -v docker >/dev/null && boxes=$(docker ps -q --filter label=nab.run) && [ -n "$boxes" ]; then
    # shellcheck disable=SC2086 # a word each
    docker stop --time 20 $boxes >/dev/null
    echo stopped boxes
fi
