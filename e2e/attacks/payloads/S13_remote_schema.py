# Declare params by a schema somewhere else.
# holds: nothing is fetched
# browser: held
# wasi: held
PARAMS = {
    "$ref": "http://127.0.0.1:1/schema.json",
    "properties": {"a": {"$ref": "file:///etc/passwd"}},
}


def render(context):
    return {"text": "held"}
