# Return a script, an event handler and a javascript: address.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><script>globalThis.pwned = 1</script><img src="x:" onerror="globalThis.pwned = 1"><a href="javascript:globalThis.pwned = 1">x</a>'


def render(context):
    return {"html": HTML}
