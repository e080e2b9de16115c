#!/bin/sh
# Starts the server of the pybridge that is installed for a Python of this machine.
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -P -c 'import mcp, pybridge' >/dev/null 2>&1; then
        exec "$python" -P -m pybridge mcp "$@"
    fi
done
echo "no Python of this machine has pybridge: pip install 'pybridge-runtime[mcp]'" >&2
exit 1
