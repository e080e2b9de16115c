# expects: put back
import sys


class Finder:
    @staticmethod
    def find_spec(name, *more):
        raise ImportError("evil")


def render(context):
    sys.meta_path.insert(0, Finder)
    return {"text": "payload"}
