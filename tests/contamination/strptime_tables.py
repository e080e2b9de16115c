# expects: put back
import datetime

import _strptime


def render(context):
    datetime.datetime.strptime("2024", "%Y")
    _strptime._TimeRE_cache["Y"] = "(?P<Y>evil)"
    _strptime._regex_cache["%Y-%m"] = None
    return {"text": "payload"}
