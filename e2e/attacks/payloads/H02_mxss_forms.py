# Return nested forms, which the parser joins the second time.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><form><math><mtext></form><form><mglyph><style></math><img src=1 onerror=globalThis.pwned=1></style></mglyph></form>'


def render(context):
    return {"html": HTML}
