# Show the order of sets and dictionaries.
# holds: the same in every worker
def render(context):
    return {"text": "held " + " ".join(set("the quick brown fox jumps over it".split()))}
