# Random numbers, as a snapshot would freeze them.
# holds: another worker has others
# browser: held
# wasi: held
import os
import random
import secrets
import uuid


def render(context):
    drawn = [random.random(), uuid.uuid4().hex, secrets.token_hex(8), os.urandom(4).hex()]
    return {"text": "held", "data": {"random": drawn}}
