# expects: put back
import re


class Evil(dict):
    def __getitem__(self, key):
        return re._compiler.compile("zzz", 0)

    def get(self, key, default=None):
        return self[key]


def render(context):
    re._cache = re._cache2 = Evil()
    return {"text": "payload"}
