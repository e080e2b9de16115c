# Read where there is nothing.
# holds: a crash, or an error; recovered
import faulthandler


def render(context):
    faulthandler._sigsegv()
    return {"text": "held"}
