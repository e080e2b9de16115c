# Change the bases, names and slots of the engine's classes.
# holds: the next macro is right
# browser: held exception capability crash ok timeout memory output-limit usage
# wasi: held exception capability crash ok timeout memory output-limit usage
def render(context):
    for kind in object.__subclasses__():
        if kind.__module__.startswith("pybridge"):
            try:
                kind.__init__ = None
                kind.__bases__ = (dict,)
            except TypeError:
                continue
    return {"text": "held"}
