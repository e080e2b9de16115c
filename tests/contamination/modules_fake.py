# expects: contamination sys.modules['html']
import sys


class Fake:
    def escape(self, text):
        return text


def render(context):
    sys.modules["html"] = Fake()
    return {"text": "payload"}
