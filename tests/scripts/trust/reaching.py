"""A macro that looks through all of its interpreter that it can reach: see e2e/test_domains.py."""

import gc
import re
import sys

MOST = 3_000_000
MARK = re.compile("MARK-[0-9a-f]{8}")
OWN = ("cell_contents", "f_back", "f_builtins", "f_globals", "f_locals", "gi_frame", "co_consts", "co_names")
PARTS = ("__dict__", "__globals__", "__closure__", "__defaults__", "__kwdefaults__", "__code__", "__self__", "__func__")


def render(context):
    found = set()
    seen = set()
    waiting = [*roots()]
    while waiting and len(seen) < MOST:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            found.update(MARK.findall(thing))
        else:
            waiting.extend(parts(thing))
    return {"text": ",".join(sorted(found)), "data": {"looked": len(seen), "gc": collected()}}


def roots():
    frame = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back
    yield from list(sys.modules.values())
    yield from subclasses(object, set())
    yield collected()


def collected():
    try:
        return len(gc.get_objects())
    except RuntimeError as error:
        return str(error)


def subclasses(kind, seen):
    for each in type.__subclasses__(kind):
        if each not in seen:
            seen.add(each)
            yield each
            yield from subclasses(each, seen)


def parts(thing):
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, (list, tuple, set, frozenset)):
        return [*thing]
    names = [*OWN, *PARTS]
    for kind in type(thing).__mro__:
        names.extend(kind.__dict__.get("__slots__", ()) if kind is not object else ())
    found = [getattr_or_none(thing, name) for name in names if isinstance(name, str)]
    if isinstance(thing, type):
        found.extend(type.__getattribute__(thing, "__dict__").values())
    return found


def getattr_or_none(thing, name):
    try:
        if isinstance(thing, type):
            return type.__getattribute__(thing, name)
        return object.__getattribute__(thing, name)
    except Exception:
        return None
