# Raise an error whose text is a million newlines.
# holds: the message is cut off
# browser: exception crash timeout memory capability
# wasi: exception
def render(context):
    raise ValueError("\n" * 1_000_000)
