"""Puts its body, and whatever was rendered in it, between tags."""

BODY = True


def render(context):
    macro = context["macro"]
    body = context["body"]
    tag = context["params"].get("tag", "section")
    inside = "∅" if body is None else body
    outer = (macro.get("parent") or {}).get("name", "")
    return {"html": f'<{tag} class="wrap" title="{macro["ordinal"]} in {outer}">{inside}</{tag}>'}
