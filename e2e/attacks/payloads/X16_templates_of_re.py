# Put a wrong template into the cache of re, with a key that equals every other.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import re


class Evil(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def render(context):
    make = getattr(re, "_compile_template", None)
    if make:
        make(re.compile(r"(\w+) (\w+)"), Evil(r"\2 \1"))
    return {"text": "held"}
