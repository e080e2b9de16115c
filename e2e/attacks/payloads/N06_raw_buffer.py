# Make a view of all memory with a forged bytecode.
# holds: the worker dies or nothing happens; the next macro is right
# browser: exception capability crash held timeout
# wasi: exception crash capability held timeout
import types


def render(context):
    code = (lambda: None).__code__.replace(
        co_code=bytes([100, 255] * 40), co_consts=(), co_stacksize=1
    )
    types.FunctionType(code, {})()
    return {"text": "held"}
