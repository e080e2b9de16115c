# Metadata with quotes of other languages.
# holds: data
# browser: held
# wasi: held
"""x'); DROP TABLE scripts; --"""

ALIASES = ["x'; DROP TABLE scripts; --", '"><script>globalThis.pwned = 1</script>']


def render(context):
    return {"text": "held"}
