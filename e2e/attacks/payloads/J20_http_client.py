# Speak HTTP.
# holds: no request
# browser: capability
# wasi: capability
import http.client


def render(context):
    host = context["params"]["server"].removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=2)
    connection.request("GET", "/secret")
    return {"text": f"breach: {connection.getresponse().status}"}
