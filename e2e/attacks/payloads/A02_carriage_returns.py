# Print carriage returns, backspaces and form feeds by the million.
# holds: what is printed is cut off
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
def render(context):
    for sign in "\r\b\f\v\x1b":
        print(sign * 1_000_000, end="")
    return {"text": "held"}
