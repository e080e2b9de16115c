# Return escape sequences in a text, a warning and an error.
# holds: data
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    codes = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m\u202e"
    print(codes)
    return {"text": "held " + codes, "warnings": [codes]}
