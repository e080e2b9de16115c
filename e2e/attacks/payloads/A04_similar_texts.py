# Compare two long texts by difflib.
# deadline: short
# holds: ended at the deadline
# browser: timeout crash memory exception capability
# wasi: timeout
import difflib


def render(context):
    one, other = "ab" * 30_000, "ba" * 30_000
    return {"text": str(difflib.SequenceMatcher(None, one, other, False).ratio())}
