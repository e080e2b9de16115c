# Change the whole page: base, refresh, policy, title.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><base href="SERVER/"><meta http-equiv="refresh" content="0;url=SERVER/secret"><meta http-equiv="Content-Security-Policy" content="default-src *"><title>evil</title>'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
