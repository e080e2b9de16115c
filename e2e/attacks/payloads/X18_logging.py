# Change levels, handlers and names of logging.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import logging


class Evil(logging.Handler):
    def emit(self, record):
        import json

        json.dumps = None


def render(context):
    logging.root.addHandler(Evil())
    logging.root.setLevel(1)
    logging.disable(50)
    logging.getLogger("x").warning("x")
    return {"text": "held"}
