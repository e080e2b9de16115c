# Raise through a line of source as long as the limit of a result.
# holds: the message is cut off
# browser: exception crash timeout memory capability
# wasi: exception
def render(context):
    source = "x = 1 / 0  # " + "y" * 3_000_000
    exec(compile(source, "scripts/long.py", "exec"), {})
