# Search with a pattern of overlapping alternatives.
# deadline: short
# holds: ended at the deadline, though no Python runs
# browser: timeout crash memory exception capability
# wasi: timeout
import re


def render(context):
    re.search(r"^(?:a|a|aa)+$", "a" * 60 + "b")
    return {"text": "held"}
