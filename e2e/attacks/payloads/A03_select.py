# Wait for what never comes.
# deadline: short
# holds: an error, or ended at the deadline
import select


def render(context):
    select.select([], [], [], 600)
    return {"text": "held"}
