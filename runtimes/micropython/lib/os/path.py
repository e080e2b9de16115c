"""Paths as text."""

from _os import getcwd, lstat, stat

sep = "/"


def _status(path, read):
    try:
        return read(path)
    except (OSError, ValueError):
        return None


def exists(path):
    return _status(path, stat) is not None


def lexists(path):
    return _status(path, lstat) is not None


def isdir(path):
    status = _status(path, stat)
    return status is not None and status[0] & 0o170000 == 0o040000


def isfile(path):
    status = _status(path, stat)
    return status is not None and status[0] & 0o170000 == 0o100000


def islink(path):
    status = _status(path, lstat)
    return status is not None and status[0] & 0o170000 == 0o120000


def getsize(path):
    return stat(path)[6]


def getmtime(path):
    return stat(path)[8]


def isabs(path):
    return path.startswith("/")


def join(first, *rest):
    for part in rest:
        if part.startswith("/"):
            first = part
        elif not first or first.endswith("/"):
            first += part
        else:
            first += "/" + part
    return first


def split(path):
    place = path.rfind("/") + 1
    head = path[:place]
    return (head.rstrip("/") or head), path[place:]


def basename(path):
    return split(path)[1]


def dirname(path):
    return split(path)[0]


def splitext(path):
    place = path.rfind(".")
    start = path.rfind("/") + 1
    if place <= start or not path[start:place].strip("."):
        return path, ""
    return path[:place], path[place:]


def normpath(path):
    if not path:
        return "."
    is_absolute = path.startswith("/")
    parts = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != ".." or (not is_absolute and not parts) or (parts and parts[-1] == ".."):
            parts.append(part)
        elif parts:
            parts.pop()
    return ("/" if is_absolute else "") + "/".join(parts) or "."


def abspath(path):
    return normpath(join(getcwd(), path))


realpath = abspath


def relpath(path, start="."):
    here = [part for part in abspath(start).split("/") if part]
    there = [part for part in abspath(path).split("/") if part]
    same = 0
    while same < len(here) and same < len(there) and here[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(here) - same) + there[same:]) or "."


def commonprefix(paths):
    if not paths:
        return ""
    first, last = min(paths), max(paths)
    for place, letter in enumerate(first):
        if place >= len(last) or letter != last[place]:
            return first[:place]
    return first


def expanduser(path):
    if path == "~" or path.startswith("~/"):
        return "/home/user" + path[1:]
    return path
