# Register classes and reducers in everybody's tables.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import copyreg
import numbers


def render(context):
    copyreg.pickle(float, lambda value: (float, (0,)))
    copyreg.dispatch_table[complex] = None
    return {"text": "held" if issubclass(int, numbers.Number) else ""}
