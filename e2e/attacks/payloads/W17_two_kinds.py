# Return text and HTML at once, one of them for another reader.
# holds: refused, or one of them
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    return {"text": "held", "html": "<script>globalThis.pwned = 1</script>", "markdown": "<script>"}
