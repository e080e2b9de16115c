# Install an audit hook: nothing can remove it again.
# holds: refused, or the worker is replaced
# browser: capability held exception crash ok timeout usage
# wasi: capability held exception crash ok timeout usage
import sys


def evil(event, _):
    if event in ("compile", "exec", "import"):
        raise RuntimeError("evil hook")


def render(context):
    sys.addaudithook(evil)
    return {"text": "held"}
