# Return processing instructions, which newer parsers read as comments.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><?xml-stylesheet href="x"><img src=1 onerror=globalThis.pwned=1>?><?x <!-- ?><img src=1 onerror=globalThis.pwned=1>-->'


def render(context):
    return {"html": HTML}
