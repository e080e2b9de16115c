"""Random programs of file operations: each step prints what it returned, or its error."""

from __future__ import annotations

import random

_NAMES = (
    "a",
    "b",
    "d",
    "d/e",
    "d/e/f",
    "l",
    "l/e",
    "m",
    "../user/a",
    "./b",
    "d/../a",
    "d/",
    "a/",
    ".",
    "..",
    "d/.",
    "nope/x",
)
_TARGETS = ("a", "d", "../user/d", "l", "nope", ".", "../..", "d/e/f", "../../..", "a/")
_FLAGS = ("RDONLY", "WRONLY", "RDWR", "CREAT", "EXCL", "TRUNC", "APPEND", "NOFOLLOW", "DIRECTORY")

_HEAD = """
import os, errno, stat
def name_of(error):
    return type(error).__name__ + " " + errno.errorcode.get(error.errno, "?")
def seen(path):
    s = os.lstat(path)
    is_folder = stat.S_ISDIR(s.st_mode)
    return stat.S_IFMT(s.st_mode), None if is_folder else (s.st_size, s.st_nlink)
def step(number, act):
    try:
        print(number, act(), flush=True)
    except OSError as error:
        print(number, name_of(error), flush=True)
def tree(folder, depth=0):
    for name in sorted(os.listdir(folder)):
        path = folder + "/" + name
        kind = seen(path)
        print(path, kind, os.readlink(path) if os.path.islink(path) else "", flush=True)
        if kind[0] == stat.S_IFDIR:
            tree(path, depth + 1)
opened = []
def opening(path, flags):
    opened.append(os.open(path, flags))
    return len(opened)
def last():
    if not opened: raise OSError(errno.EBADF, "none")
    return opened[-1]
def closing():
    os.close(last())
    opened.pop()
"""


def program(seed: int, steps: int = 60) -> str:
    """Return the program of a seed."""
    rng = random.Random(seed)
    lines = [f"step({number}, lambda: {_step(rng)})" for number in range(steps)]
    return "\n".join([_HEAD, *lines, "tree('/home')", "tree('/tmp')"])


def _step(rng: random.Random) -> str:
    """Return one operation, as an expression."""
    one, other = (repr(rng.choice(_NAMES)) for _ in range(2))
    size = rng.choice((0, 1, 5, 100, 5000))
    flags = " | ".join(
        [f"os.O_{rng.choice(_FLAGS[:3])}", *(f"os.O_{each}" for each in rng.sample(_FLAGS[3:], 2))]
    )
    return rng.choice(
        (
            f"opening({one}, {flags})",
            f"opening({one}, os.O_RDWR | os.O_CREAT)",
            f"os.write(last(), b'x' * {size})",
            f"os.read(last(), {size})",
            f"os.pread(last(), {size}, {size // 2})",
            f"os.pwrite(last(), b'y' * {size}, {rng.choice((0, 3, 200))})",
            f"os.lseek(last(), {rng.choice((0, 2, 300, -2))}, {rng.randrange(3)})",
            f"os.ftruncate(last(), {size})",
            "os.fstat(last()).st_size if stat.S_ISREG(os.fstat(last()).st_mode) else 0",
            "closing()",
            f"os.mkdir({one})",
            f"os.mkdir({rng.choice(_NAMES[:6])!r})",
            f"os.rmdir({one})",
            f"os.unlink({one})",
            f"os.rename({one}, {other})",
            f"os.link({one}, {other})",
            f"os.symlink({rng.choice(_TARGETS)!r}, {rng.choice(_NAMES[:8])!r})",
            f"os.readlink({one})",
            f"sorted(os.listdir({one}))",
            f"sorted((e.name, e.is_symlink(), e.is_dir(follow_symlinks=False)) for e in os.scandir({one}))",
            f"seen({one})",
            f"stat.S_IFMT(os.stat({one}).st_mode)",
            f"os.path.exists({one})",
            f"os.truncate({one}, {size})",
            f"(os.utime({one}, ns=({size}, 1234567890)), os.stat({one}).st_mtime_ns)",
            f"os.chdir({one})",
            "os.chdir('/home/user')",
            f"open({one}, {rng.choice(('r', 'w', 'a', 'x', 'r+'))!r}).close()",
            f"os.makedirs({one}, exist_ok=True)",
        )
    )
