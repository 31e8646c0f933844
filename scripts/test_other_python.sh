#!/usr/bin/env bash
# The quick tests on the newest other Python of this machine, where there is one: users have newer ones than .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unset PYTHONDONTWRITEBYTECODE
shopt -s nullglob

version() { "$1" -c 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

own=$(version .venv/bin/python) other=""
for minor in 14 13 12 11; do
    for python in "python3.$minor" "$HOME"/.pyenv/versions/3."$minor".*/bin/python3; do
        [ "3.$minor" != "$own" ] && [ "$(version "$python")" = "3.$minor" ] && other=$python && break 2
    done
done
if [ -z "$other" ]; then
    echo "no other Python from 3.11 on: the quick tests ran on $own alone"
    exit 0
fi

echo "the quick tests once more, on Python $(version "$other")"
"$other" -m venv --clear .venv-other
.venv-other/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
echo "$PWD/lib" >"$(.venv-other/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nab.pth"
.venv-other/bin/python -m pytest -n 2 --dist worksteal -m quick tests/unit tests/wiring
