# Climb through a class pattern.
# holds: no more capability than Python
# browser: held
# wasi: held
def render(context):
    match context:
        case object(__class__=kind):
            names = [each.__name__ for each in kind.__mro__[-1].__subclasses__()]
    return {"text": "breach: JsProxy can be made" if makes_proxy(names) else "held"}


def makes_proxy(names):
    for each in object.__subclasses__():
        if each.__name__ == "JsProxy":
            try:
                each()
                return True
            except TypeError:
                return False
    return False
