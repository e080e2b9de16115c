# Connect to a server of this machine.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
import socket


def render(context):
    host, _, port = context["params"]["server"].removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 2):
        return {"text": "breach: connected"}
