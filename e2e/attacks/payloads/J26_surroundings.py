# Look around: environment, folders, arguments, standard input.
# holds: all neutral: no variable of the machine, the root as folder, stdin at its end
# browser: held
# wasi: held
import os
import sys


def render(context):
    unknown = sorted(set(os.environ) - {"HOME", "LANG", "TZ", "PYTHONHASHSEED", "LC_CTYPE", "PWD"})
    folders = [
        entry
        for entry in sys.path
        if os.access(entry or ".", os.W_OK) and os.path.isdir(entry or ".")
    ]
    facts = {
        "variables": unknown,
        "folder": os.getcwd() not in ("/", "") and os.getcwd(),
        "arguments": [each for each in sys.argv if each],
        "stdin": sys.stdin.read() if sys.stdin else "",
        "writable": [folder for folder in folders if writes(folder)],
    }
    found = {name: value for name, value in facts.items() if value}
    return {"text": f"breach: {found}" if found else "held"}


def writes(folder):
    try:
        with open(os.path.join(folder, "attack_probe.py"), "w"):
            return True
    except OSError:
        return False
