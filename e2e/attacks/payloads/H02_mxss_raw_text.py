# Return raw text that leaves its element when it is parsed again.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><noscript><p title="</noscript><img src=1 onerror=globalThis.pwned=1>"></noscript><xmp><p title="</xmp><img src=1 onerror=globalThis.pwned=1>"></xmp><iframe><p title="</iframe><img src=1 onerror=globalThis.pwned=1>"></iframe>'


def render(context):
    return {"html": HTML}
