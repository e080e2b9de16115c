"""Raises."""


def render(context):
    return {}[context["params"]["n"]]
