# Copy markup by the selectedcontent of a select.
# browsers: chromium
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><select><button><selectedcontent></selectedcontent></button><option selected><img src=1 onerror=globalThis.pwned=1></option></select>'


def render(context):
    return {"html": HTML}
