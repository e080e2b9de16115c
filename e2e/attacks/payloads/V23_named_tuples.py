# Put code into what dataclasses and named tuples compile.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import collections
import dataclasses


def render(context):
    evil = "x=__import__('js')"
    for make in (
        lambda: collections.namedtuple("T", [evil]),
        lambda: collections.namedtuple("T", ["x"], rename=True, module=evil),
        lambda: dataclasses.make_dataclass("D", [(evil, int)]),
    ):
        try:
            make()
        except (ValueError, TypeError):
            continue
    import js

    return {"text": f"breach: {js}"}
