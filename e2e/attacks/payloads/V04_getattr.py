# Names put together at run time.
# holds: no more capability than Python
# browser: held
# wasi: held
def render(context):
    base = getattr(getattr(context, "__cl" + "ass__"), "__ba" + "se__")
    kinds = getattr(base, "__subcl" + "asses__")()
    for kind in kinds:
        if kind.__name__ == "_wrap_close":
            system = kind.__init__.__globals__.get("system")
            if system and system("id") == 0:
                return {"text": "breach: a process"}
    return {"text": "held"}
