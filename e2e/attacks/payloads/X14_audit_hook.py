# Install an audit hook: nothing can remove it again.
# holds: refused, or the worker is replaced
import sys


def evil(event, _):
    if event in ("compile", "exec", "import"):
        raise RuntimeError("evil hook")


def render(context):
    sys.addaudithook(evil)
    return {"text": "held"}
