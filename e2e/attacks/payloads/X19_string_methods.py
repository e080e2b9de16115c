# Replace what the library uses by names in its modules.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import textwrap


def render(context):
    textwrap.TextWrapper.wordsep_re = textwrap.TextWrapper.wordsep_simple_re = None
    textwrap._whitespace = ""
    return {"text": "held"}
