# Set an address by animation, after it was checked.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<svg><a id="a"><text>x</text><animate attributeName="href" values="javascript:globalThis.pwned=1"></animate><set attributeName="onclick" to="globalThis.pwned=1"></set></a><foreignObject><iframe srcdoc="x"></iframe></foreignObject></svg><p>x</p>'


def render(context):
    return {"html": HTML}
