# Show the order of sets and dictionaries.
# holds: the same in every worker
# browser: held
# wasi: held
def render(context):
    return {"text": "held " + " ".join(set("the quick brown fox jumps over it".split()))}
