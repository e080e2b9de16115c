# Read where there is nothing.
# holds: a crash, or an error; recovered
# browser: crash exception
# wasi: crash exception
import faulthandler


def render(context):
    faulthandler._sigsegv()
    return {"text": "held"}
