"""Returns what it is given, as text, Markdown or HTML."""


def render(context):
    params = context["params"]
    kind = params.get("as", "html")
    value = str(params.get("value", ""))
    return {kind if kind in ("text", "markdown") else "html": value}
