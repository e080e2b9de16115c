# Change what a call was given, deep inside.
# holds: the next call has its own
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
def render(context):
    context["params"].clear()
    context["env"]["isPreview"] = "evil"
    context["macro"]["name"] = "evil"
    context.clear()
    return {"text": "held"}
