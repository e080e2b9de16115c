"""Shows how its params were read."""

import json


def render(context):
    params = context["params"]
    kinds = {name: type(value).__name__ for name, value in params.items()}
    shown = json.dumps([params, kinds], ensure_ascii=False)
    return {"text": shown, "data": params}
