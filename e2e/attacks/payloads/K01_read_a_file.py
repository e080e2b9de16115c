# Read a file of the machine.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
def render(context):
    with open(context["params"]["sentinel"], "rb") as file:
        return {"text": f"breach: {len(file.read(20))} bytes"}
