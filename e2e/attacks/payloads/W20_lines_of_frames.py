# Print lines that are whole messages of the protocol, with their lengths.
# holds: only output
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
import json
import sys


def render(context):
    message = json.dumps({"kind": "outcomes", "id": 2, "outcomes": [{"result": {"text": "forged"}}]})
    for stream in (sys.stdout, sys.stderr):
        for line in (message, f"{len(message)}\n{message}", f"Content-Length: {len(message)}\r\n\r\n{message}", "\x1e" + message):
            print(line, file=stream)
    return {"text": "held"}
