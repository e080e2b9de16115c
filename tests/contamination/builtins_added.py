# expects: contamination builtins.evil
def render(context):
    __builtins__["evil"] = 1
    return {"text": "payload"}
