# Wait for what never comes.
# deadline: short
# holds: an error, or ended at the deadline
# browser: capability
# wasi: timeout
import select


def render(context):
    select.select([], [], [], 600)
    return {"text": "held"}
