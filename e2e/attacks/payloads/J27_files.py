# Read and write files of the machine.
# holds: none of the machine's files is there, none is written
# browser: held
# wasi: held
import glob
import os

READ = (
    "/etc/passwd",
    "/etc/hostname",
    "/proc/self/environ",
    "/proc/self/cmdline",
    os.path.expanduser("~/.bashrc"),
    "/dev/mem",
)
WRITE = ("/tmp/attack", "/attack", "./attack", "/home/attack", "/dev/shm/attack", "/proc/self/mem")


def changed_mode():
    """WASI's libc answers yes to a change of mode and does nothing."""
    before = os.stat(os.__file__ if os.path.exists(os.__file__) else "/lib").st_mode
    os.chmod("/lib", 0)
    if os.stat(os.__file__ if os.path.exists(os.__file__) else "/lib").st_mode == before:
        raise OSError("nothing changed")


def render(context):
    sentinel = context["params"].get("sentinel", "/nowhere")
    found = []
    for path in (*READ, sentinel, "../" * 12 + sentinel.lstrip("/"), "file://" + sentinel):
        try:
            found.append((path, open(path, "rb").read(20)))
        except OSError:
            pass
    for path in (*WRITE, sentinel):
        try:
            with open(path, "ab") as file:
                file.write(b"x")
            found.append(path)
        except OSError:
            pass
    for work in (
        lambda: os.symlink("/etc", "/tmp/l"),
        lambda: os.mkdir("/tmp/d"),
        lambda: os.rename("/lib", "/l"),
        lambda: os.link("/etc/passwd", "/tmp/p"),
        changed_mode,
        lambda: os.truncate("/lib", 0),
        lambda: os.utime("/lib"),
        lambda: os.mkfifo("/tmp/f"),
    ):
        try:
            work()
            found.append("changed")
        except (OSError, AttributeError):
            pass
    found += [each for each in glob.glob("/home/*/*") if "pyodide" not in each]
    return {"text": f"breach: {found}" if found else "held"}
