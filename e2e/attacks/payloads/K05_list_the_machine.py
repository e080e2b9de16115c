# List the root of the machine and its processes.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
import os


def render(context):
    found = [name for name in os.listdir("/") if name in ("etc", "usr", "boot", "root", "Users", "Windows")]
    found += os.listdir("/proc")[:1] if os.path.isdir("/proc/1") else []
    return {"text": f"breach: {found}" if len(found) > 1 else "held"}
