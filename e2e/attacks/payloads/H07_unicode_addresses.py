# Write javascript: and a foreign host with characters that parsers skip or map.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<a href="java\tscript:globalThis.pwned=1">x</a><a href="\x01javascript:globalThis.pwned=1">x</a><a href="ja&NewLine;vascript&colon;globalThis.pwned=1">x</a><a href="https&colon;//ex\xadample.org。evil">x</a><iframe src="https://www.youtube.com／x"></iframe><iframe src="https://www.youtube.com℀.evil/"></iframe>'


def render(context):
    return {"html": HTML}
