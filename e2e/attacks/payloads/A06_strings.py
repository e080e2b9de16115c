# Double a text until there is no memory.
# holds: refused at the limit
def render(context):
    text = "x" * 1024
    while True:
        text += text
