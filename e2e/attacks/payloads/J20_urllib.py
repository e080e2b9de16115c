# Ask for a page with the standard library.
# holds: no request
# browser: capability
# wasi: capability
import urllib.request


def render(context):
    return {
        "text": "breach: "
        + urllib.request.urlopen(context["params"]["server"] + "/secret").read().decode()
    }
