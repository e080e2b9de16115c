"""Files and folders in /tmp."""

import os
from binascii import hexlify


def gettempdir():
    return "/tmp"


def _new(suffix, prefix, dir):
    folder = dir or "/tmp"
    os.makedirs(folder, exist_ok=True)
    return os.path.join(
        folder, (prefix or "tmp") + hexlify(os.urandom(5)).decode() + (suffix or "")
    )


def mkdtemp(suffix=None, prefix=None, dir=None):
    path = _new(suffix, prefix, dir)
    os.mkdir(path)
    return path


def _remove_tree(folder):
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            _remove_tree(path)
        else:
            os.remove(path)
    os.rmdir(folder)


class TemporaryDirectory:
    def __init__(self, suffix=None, prefix=None, dir=None):
        self.name = mkdtemp(suffix, prefix, dir)

    def __enter__(self):
        return self.name

    def __exit__(self, *_):
        self.cleanup()

    def cleanup(self):
        if os.path.isdir(self.name):
            _remove_tree(self.name)


class NamedTemporaryFile:
    def __init__(self, mode="w+b", suffix=None, prefix=None, dir=None, delete=True):
        self.name = _new(suffix, prefix, dir)
        self._delete = delete
        self._file = open(self.name, mode)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._file.close()
        if self._delete and os.path.exists(self.name):
            os.remove(self.name)


TemporaryFile = NamedTemporaryFile
