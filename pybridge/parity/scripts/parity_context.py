"""Shows all it is told, then spoils it: nobody else may see that."""

import json

ALIASES = ["parity_ctx", "parity_zusammenhang"]
NEEDS = ["small", "linkedMediaIds"]


def render(context, post):
    shown = json.dumps({"context": context, "same": post == context["post"]}, sort_keys=True)
    context["params"]["spoilt"] = True
    context["data"].setdefault("small", {})["spoilt"] = True
    context["data"].pop("linkedMediaIds", None)
    context["env"].clear()
    if post:
        post["spoilt"] = True
    return {"text": shown}
