# Say one thing about the imports and do another.
# holds: no more capability than any script
# browser: held
# wasi: held
IMPORTS = ["math"]


def render(context):
    import os

    return {
        "text": "breach: a process" if hasattr(os, "system") and os.system("id") == 0 else "held"
    }
