#!/bin/sh
# Makes .venv with the first Python that is new enough, also on a Debian that has no python3-venv but has pip.
set -eu

for python in ${PYTHON_FOR_VENV:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$python
        break
    fi
done
if [ -z "${found:-}" ]; then
    echo "make: Python 3.11 or newer is needed; on Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi

trap 'rm -rf .venv' EXIT
if "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    "$found" -m venv --clear .venv
elif "$found" -m venv --clear --without-pip .venv 2>/dev/null &&
    "$found" -m pip --python .venv/bin/python install --quiet pip 2>/dev/null; then
    :
else
    echo "make: python3-venv is missing; on Debian or Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
fi
trap - EXIT
