# Listen, and take inherited descriptors for sockets.
# holds: nothing listens, nothing is inherited
# browser: held
# wasi: held
import socket


def render(context):
    for descriptor in range(20):
        try:
            taken = socket.socket(fileno=descriptor)
            taken.send(b"x")
            return {"text": f"breach: descriptor {descriptor}"}
        except (OSError, AttributeError, TypeError):
            continue
    try:
        socket.create_server(("127.0.0.1", 0))
    except (OSError, AttributeError, RuntimeError):
        return {"text": "held"}
    return {"text": "breach: listening"}
