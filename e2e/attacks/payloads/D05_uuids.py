# Ask for identifiers that name the machine.
# holds: none has its address
# browser: held exception capability crash timeout
# wasi: held exception capability
import uuid


def render(context):
    node = uuid.getnode()
    is_random = bool(node >> 40 & 1)
    return {"text": "held" if is_random or not node else f"breach: {node:x}"}
