# expects: put back
import csv


def render(context):
    csv.register_dialect("excel", delimiter=";")
    csv.unregister_dialect("unix")
    csv.register_dialect("evil", delimiter="x")
    csv.field_size_limit(1)
    return {"text": "payload"}
