# Set variables of the context that others run in.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import contextvars
import decimal

mark = contextvars.ContextVar("mark", default=0)


def render(context):
    if mark.get():
        return {"text": "breach: it is still set"}
    mark.set(1)
    decimal.setcontext(decimal.Context(prec=2))
    return {"text": "held"}
