"""Shows its context, then changes it: no other macro may see that."""

import json

ALIASES = ["parity_ctx", "parity_zusammenhang"]
NEEDS = ["small", "linkedMediaIds"]


def render(context, post):
    shown = json.dumps({"context": context, "same": post == context["post"]}, sort_keys=True)
    context["params"]["changed"] = True
    context["data"].setdefault("small", {})["changed"] = True
    context["data"].pop("linkedMediaIds", None)
    context["env"].clear()
    if post:
        post["changed"] = True
    return {"text": shown}
