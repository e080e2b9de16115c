# expects: nothing
def render(context):
    context["env"]["isPreview"] = "evil"
    context["data"].setdefault("list", []).append("evil")
    context["params"].clear()
    return {"text": "payload"}
