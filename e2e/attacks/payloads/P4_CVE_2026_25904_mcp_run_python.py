# mcp-run-python: requests to services of the machine itself.
# holds: no request
# browser: held
# wasi: held
import sys


def render(context):
    for name in ("pyodide", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    tried = []
    for way in (by_pyfetch, by_urllib, by_xhr):
        try:
            tried.append(way(context["params"]["server"] + "/latest/meta-data/"))
        except (Exception, SystemExit):
            continue
    return {"text": f"breach: {tried}" if tried else "held"}


def by_urllib(url):
    import urllib.request

    return urllib.request.urlopen(url, timeout=1).status


def by_pyfetch(url):
    from pyodide.http import pyfetch

    return pyfetch(url).send(None)


def by_xhr(url):
    import js

    request = js.XMLHttpRequest.new()
    request.open("GET", url, False)
    request.send(None)
    return request.status
