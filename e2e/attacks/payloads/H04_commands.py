# Run commands and interests of other elements by a button.
# browsers: chromium
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<button commandfor="d" command="show-modal">x</button><dialog id="d">x</dialog><a interestfor="d" href="x">x</a><p popover="hint">x</p>'


def render(context):
    return {"html": HTML}
