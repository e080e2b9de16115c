# expects: nothing
import re


class Evil(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def render(context):
    number = re.compile(r"\d+")
    for name in ("_compile_template", "_compile_repl"):
        make = getattr(re, name, None)
        if make is not None:
            evil = Evil("#")
            if name == "_compile_template":
                evil = type("Other", (Evil,), {"__str__": lambda self: "evil"})("#")
            make(evil, number) if name == "_compile_repl" else make(number, evil)
    return {"text": "payload"}
