# Return numbers of thousands of digits.
# holds: refused, or other values than numbers
# browser: held output-type output-limit exception crash timeout memory capability
# wasi: held output-type output-limit exception
def render(context):
    return {"text": "held", "data": [10**4000, -(10**4000), 2**63, 1e308]}
