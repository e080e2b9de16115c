# Name elements as members of the document.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><img name="cookie"><img name="body"><form name="querySelectorAll"></form><embed name="currentScript"><object name="getElementById"></object><iframe name="defaultView"></iframe>'


def render(context):
    return {"html": HTML}
