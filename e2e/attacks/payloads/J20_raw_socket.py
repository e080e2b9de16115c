# Open sockets of every kind.
# holds: none connects
# browser: held
# wasi: held
import socket


def render(context):
    host, port = context["params"]["server"].removeprefix("http://").split(":")
    for family, kind in ((2, 1), (2, 2), (10, 1), (1, 1), (2, 3), (16, 3)):
        try:
            opened = socket.socket(family, kind)
            opened.connect((host, int(port)))
            opened.send(b"GET /secret HTTP/1.0\r\n\r\n")
        except (OSError, AttributeError, TypeError, OverflowError):
            continue
        return {"text": f"breach: {family} {kind}"}
    return {"text": "held"}
