# Hang while the module is run.
# deadline: short
# holds: ended at the deadline
# browser: timeout
# wasi: timeout
while True:
    pass


def render(context):
    return {"text": "breach: reached"}
