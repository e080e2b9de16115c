# Ask who and where this is.
# holds: nothing of the machine
# browser: held exception capability crash timeout
# wasi: held exception capability
import getpass
import os
import platform
import socket


def asked(work):
    try:
        return work()
    except Exception:
        return None


def render(context):
    known = ("emscripten", "wasi", "", "localhost", "root", "web_user", "pyodide", "(none)", None)
    found = [
        asked(work)
        for work in (os.getlogin, getpass.getuser, socket.gethostname, platform.node, os.getppid)
    ]
    strange = [each for each in found if each not in known and each not in (0, 1, 42)]
    return {"text": f"breach: {strange}" if strange else "held"}
