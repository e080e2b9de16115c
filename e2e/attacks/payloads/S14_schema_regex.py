# Declare a pattern that needs for ever.
# deadline: short
# holds: refused, or ended at the deadline
# browser: timeout held
# wasi: held timeout
PARAMS = {"properties": {"server": {"type": "string", "pattern": "^(([a-z:/.0-9])+)+$ "}}}


def render(context):
    return {"text": "held"}
