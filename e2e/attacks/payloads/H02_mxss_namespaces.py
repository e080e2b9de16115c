# Return markup that moves between HTML, SVG and MathML when it is parsed again.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><svg></p><style><a id="</style><img src=1 onerror=globalThis.pwned=1>"></a></style></svg><math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=globalThis.pwned=1&gt;">'


def render(context):
    return {"html": HTML}
