#!/bin/sh
# Starts worker.py beside this file with a Python of this machine.
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" "$(dirname "$0")/worker.py" "$@"
    fi
done
echo "no Python from 3.11 on with venv on this machine" >&2
exit 1
