# Return keys that are not texts.
# holds: refused, or made texts
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    return {"text": "held", "data": {1: 1, None: 2, True: 3, (1, 2): 4, b"x": 5, "1": 6}}
