# Replace the dialects of csv.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import csv


def render(context):
    csv.register_dialect("excel", delimiter=";")
    csv.field_size_limit(1)
    return {"text": "held"}
