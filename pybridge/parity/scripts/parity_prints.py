"""Writes to the standard streams."""

import sys

PARAMS = {
    "properties": {
        "count": {"type": "integer", "default": 1, "minimum": 0, "maximum": 5000},
        "text": {"type": "string", "default": "line"},
        "where": {"enum": ["out", "err", "both", "closed", "replaced"], "default": "out"},
    }
}


def render(context):
    params = context["params"]
    where = params["where"]
    if where == "closed":
        sys.stdout.close()
        return {"text": "closed"}
    if where == "replaced":
        sys.stdout = sys.stderr = None
        return {"text": "replaced"}
    for number in range(params["count"]):
        if where in ("out", "both"):
            print(number, params["text"])
        if where in ("err", "both"):
            sys.stderr.write(f"{number} {params['text']}")
    return {"text": "printed"}
