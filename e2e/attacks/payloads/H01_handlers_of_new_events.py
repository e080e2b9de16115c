# Return handlers of the newest events.
# browsers: chromium
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p onbeforematch="pwned=1" oncontentvisibilityautostatechange="pwned=1" onscrollsnapchange="pwned=1" onpointerrawupdate="pwned=1" onbeforetoggle="pwned=1" hidden="until-found">x</p>'


def render(context):
    return {"html": HTML}
