#!/bin/sh
# `python3 -m dev …`, also on a machine that has no Python yet.
python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing python3"
        apt-get update -q >/dev/null &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
                --no-install-recommends python3 python3-venv >/dev/null
    fi
fi
if ! command -v "$python" >/dev/null 2>&1; then
    echo "Install python3 and python3-venv, then run the same command again." >&2
    exit 1
fi
exec "$python" -m dev "$@"
