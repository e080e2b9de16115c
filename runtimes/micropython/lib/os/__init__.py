"""Files, folders and the environment of the process."""

from _os import chdir, getcwd, lstat, mkdir as _mkdir, remove, rename, rmdir, stat, urandom
import _os

from . import path

name = "posix"
sep = "/"
linesep = "\n"
curdir = "."
pardir = ".."
unlink = remove
replace = rename
environ = dict(pair.split("=", 1) for pair in _os.environ())


def getenv(key, default=None):
    return environ.get(key, default)


def listdir(folder="."):
    return _os.listdir(folder)


def mkdir(folder, mode=0o777):
    _mkdir(folder)


def makedirs(folder, mode=0o777, exist_ok=False):
    above = path.dirname(folder)
    if above and not path.exists(above):
        makedirs(above, exist_ok=True)
    if not (exist_ok and path.isdir(folder)):
        _mkdir(folder)


def fspath(value):
    return value if isinstance(value, (str, bytes)) else value.__fspath__()


def walk(top, topdown=True):
    folders = []
    files = []
    for entry in listdir(top):
        (folders if path.isdir(path.join(top, entry)) else files).append(entry)
    if topdown:
        yield top, folders, files
    for folder in folders:
        yield from walk(path.join(top, folder), topdown)
    if not topdown:
        yield top, folders, files
