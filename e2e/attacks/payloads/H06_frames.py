# Put other pages into the page.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><iframe srcdoc="&lt;script&gt;parent.pwned=1&lt;/script&gt;"></iframe><object data="SERVER/secret"></object><embed src="SERVER/secret"><fencedframe></fencedframe><portal src="SERVER/secret"></portal><frame src="SERVER/secret">'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
