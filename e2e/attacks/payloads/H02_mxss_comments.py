# Return a comment that ends elsewhere when it is parsed again.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><!--><img src=1 onerror=globalThis.pwned=1>--><!--!><img src=1 onerror=globalThis.pwned=1>--!><svg><![CDATA[><img src=1 onerror=globalThis.pwned=1>]]>'


def render(context):
    return {"html": HTML}
