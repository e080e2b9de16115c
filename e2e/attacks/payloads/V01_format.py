# Climb through a format string.
# holds: no more capability than Python
# browser: held
# wasi: held
def render(context):
    found = "{0.__class__.__mro__[1].__subclasses__}".format("")
    return {"text": "held", "data": {"length": len(found)}}
