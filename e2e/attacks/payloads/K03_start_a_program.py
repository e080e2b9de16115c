# Start a program of the machine.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
import subprocess
import sys


def render(context):
    done = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, check=False)
    return {"text": f"breach: {done.stdout!r}" if done.stdout else "held"}
