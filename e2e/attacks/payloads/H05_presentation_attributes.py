# Load by attributes of SVG and tables that take addresses.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><svg><rect width="9" height="9" fill="url(SERVER/secret#x)" filter="url(SERVER/secret#x)" mask="url(SERVER/secret)"></rect><image href="SERVER/secret"></image><use href="SERVER/secret#x"></use></svg><table background="SERVER/secret"><tr><td background="SERVER/secret">x</td></tr></table>'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
