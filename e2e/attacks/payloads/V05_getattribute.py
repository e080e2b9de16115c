# Attributes past the usual ways.
# holds: no more capability than Python
# browser: held
# wasi: held
import sys


def render(context):
    found = type(sys).__getattribute__(sys, "modules").get("js")
    return {"text": "held" if found is None else "breach: " + repr(found)}
