# Hide markup in a declarative shadow root.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<div><template shadowrootmode="open"><img src=1 onerror=globalThis.pwned=1><style>*{display:none}</style></template></div><p is="x-y" slot="z" part="q">x</p>'


def render(context):
    return {"html": HTML}
