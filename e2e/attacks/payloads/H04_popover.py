# Open a popover by a button, over the whole page.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<button popovertarget="p" popovertargetaction="toggle">x</button><div id="p" popover="manual" onbeforetoggle="globalThis.pwned=1">x</div><dialog open>x</dialog>'


def render(context):
    return {"html": HTML}
