# Make every warning an error, and change the locale.
# holds: restored
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import locale
import sys
import warnings


def render(context):
    warnings.simplefilter("error")
    warnings.showwarning = None
    try:
        locale.setlocale(locale.LC_ALL, "C")
    except locale.Error:
        pass
    sys.setrecursionlimit(60)
    sys.set_int_max_str_digits(640)
    return {"text": "held"}
