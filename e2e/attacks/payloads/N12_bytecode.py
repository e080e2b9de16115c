# Run code objects with instructions that do not fit the stack.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok usage
# wasi: held exception capability memory crash timeout ok usage
def render(context):
    code = (lambda: None).__code__
    for number in range(1, 255):
        made = code.replace(co_code=bytes([number, 0]) * 40, co_stacksize=1)
        try:
            type(render)(made, {})()
        except Exception:
            continue
    return {"text": "held"}
