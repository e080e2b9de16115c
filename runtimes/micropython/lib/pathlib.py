"""Paths as objects; the plain calls of `Path` on strings."""

import os


class PurePath:
    def __init__(self, *parts):
        text = os.path.join(*[str(part) for part in parts]) if parts else "."
        is_absolute = text.startswith("/")
        kept = [part for part in text.split("/") if part not in ("", ".")]
        self._text = ("/" if is_absolute else "") + "/".join(kept) or "."

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def __repr__(self):
        return "{}({!r})".format(type(self).__name__, self._text)

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text

    def __lt__(self, other):
        return self._text < other._text

    def __hash__(self):
        return hash(self._text)

    def __truediv__(self, other):
        return type(self)(self._text, other)

    def __rtruediv__(self, other):
        return type(self)(other, self._text)

    def joinpath(self, *others):
        return type(self)(self._text, *others)

    @property
    def parts(self):
        parts = tuple(part for part in self._text.split("/") if part)
        return ("/",) + parts if self.is_absolute() else parts

    @property
    def name(self):
        return os.path.basename(self._text) if self._text != "." else ""

    @property
    def parent(self):
        return type(self)(os.path.dirname(self._text) or ".")

    @property
    def suffix(self):
        return os.path.splitext(self.name)[1]

    @property
    def stem(self):
        return os.path.splitext(self.name)[0]

    def with_name(self, name):
        return type(self)(os.path.dirname(self._text), name)

    def with_suffix(self, suffix):
        return self.with_name(self.stem + suffix)

    def is_absolute(self):
        return self._text.startswith("/")

    def as_posix(self):
        return self._text

    def relative_to(self, other):
        start = str(other).rstrip("/") + "/"
        if self._text + "/" == start:
            return type(self)()
        if not self._text.startswith(start):
            raise ValueError("{!r} is not in the subpath of {!r}".format(self._text, str(other)))
        return type(self)(self._text[len(start) :])


class Path(PurePath):
    @classmethod
    def cwd(cls):
        return cls(os.getcwd())

    @classmethod
    def home(cls):
        return cls("/home/user")

    def open(self, mode="r", *args, **named):
        return open(self._text, mode, *args, **named)

    def read_text(self, encoding=None):
        with open(self._text) as file:
            return file.read()

    def write_text(self, text, encoding=None):
        with open(self._text, "w") as file:
            return file.write(text)

    def read_bytes(self):
        with open(self._text, "rb") as file:
            return file.read()

    def write_bytes(self, data):
        with open(self._text, "wb") as file:
            return file.write(data)

    def exists(self):
        return os.path.exists(self._text)

    def is_file(self):
        return os.path.isfile(self._text)

    def is_dir(self):
        return os.path.isdir(self._text)

    def stat(self):
        return os.stat(self._text)

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        if parents:
            os.makedirs(self._text, exist_ok=exist_ok)
        elif not (exist_ok and self.is_dir()):
            os.mkdir(self._text)

    def rmdir(self):
        os.rmdir(self._text)

    def unlink(self, missing_ok=False):
        if not missing_ok or self.exists():
            os.remove(self._text)

    def rename(self, target):
        os.rename(self._text, str(target))
        return type(self)(target)

    def touch(self, mode=0o666, exist_ok=True):
        open(self._text, "a").close()

    def iterdir(self):
        return (self / name for name in os.listdir(self._text))

    def resolve(self):
        return type(self)(os.path.abspath(self._text))

    absolute = resolve
