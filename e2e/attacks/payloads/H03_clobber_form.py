# Put fields into a form that hide its own members.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<form id="f"><input name="attributes"><input name="childNodes"><input name="parentNode"><input name="removeChild"></form><p>x</p>'


def render(context):
    return {"html": HTML}
