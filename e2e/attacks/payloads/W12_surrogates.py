# Return texts that no encoding can carry.
# holds: refused, or replaced
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    return {"text": "held", "data": ["\ud800", "\udfff\ud800", "\U0010ffff", "\x00"]}
