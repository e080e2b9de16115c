# Return values that JSON does not have.
# holds: refused
# browser: output-type
# wasi: output-type
def render(context):
    return {
        "text": "held",
        "data": {
            "a": float("nan"),
            "b": float("inf"),
            "c": 2**70,
            "d": "\ud800",
            5: "e",
            "f": b"x",
        },
    }
