# Double a text until memory runs out.
# holds: refused at the limit
# browser: exception memory crash timeout capability
# wasi: memory crash exception timeout capability
def render(context):
    text = "x" * 1024
    while True:
        text += text
