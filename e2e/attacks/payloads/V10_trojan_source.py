# Text that reads otherwise than it runs: controls of writing direction.
# holds: what runs is what the parser reads, and it has no more capability
# browser: held
# wasi: held
def render(context):
    level = "user"
    if level != "user‮ ⁦# only for administrators⁩ ⁦":
        return {"text": "held"}
    return {"text": "breach: the other branch"}
