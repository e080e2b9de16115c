# Call the function for fatal errors.
# holds: a crash, or an error; recovered
# browser: exception
# wasi: exception
import faulthandler


def render(context):
    faulthandler._fatal_error_c_thread() if hasattr(faulthandler, "_fatal_error_c_thread") else None
    faulthandler._stack_overflow() if hasattr(faulthandler, "_stack_overflow") else None
    return {"text": "held"}
