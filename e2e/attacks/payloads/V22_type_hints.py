# Import by evaluating annotations.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import typing


def noted(x: "__import__('js')"):
    return x


def render(context):
    return {"text": f"breach: {typing.get_type_hints(noted)}"}
