# expects: put back
import re


class Kind(type):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(str)


class Evil(str, metaclass=Kind):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def render(context):
    for name in ("_cache", "_cache2"):
        if hasattr(re, name):
            getattr(re, name).clear()
            getattr(re, name)[(Evil, Evil(r"\d+"), 0)] = re.compile("zzz")
    return {"text": "payload"}
