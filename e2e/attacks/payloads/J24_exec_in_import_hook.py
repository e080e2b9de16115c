# Put an import hook of one's own first, and have the engine import through it.
# holds: the next macro is not affected
# browser: held
# wasi: held
import sys


class Hook:
    def find_spec(self, name, path=None, target=None):
        raise ImportError("the hook says no to " + name)


def render(context):
    sys.meta_path.insert(0, Hook())
    return {"text": "held"}
