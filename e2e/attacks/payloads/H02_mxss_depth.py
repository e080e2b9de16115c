# Return markup deeper than the parser goes, where it is flattened.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = "<div>" * 520 + '<svg><p><style><!--</style><img src=1 onerror=globalThis.pwned=1>-->'


def render(context):
    return {"html": HTML}
