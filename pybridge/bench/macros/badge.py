"""A simple macro: a few parameters in, one line of HTML out."""

from html import escape


def render(context):
    params = context["params"]
    label = escape(str(params["label"]))
    return {
        "html": f'<span class="badge badge-{params["tone"]}">{label} <b>{params["count"]}</b></span>'
    }
