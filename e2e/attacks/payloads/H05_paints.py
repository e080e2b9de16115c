# Paint with what another server has, in every way that CSS can say it.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html
# wasi: ok html
PAINTS = [
    "url(SERVER/secret#x)",
    "url( 'SERVER/secret#x' ) red",
    'URL("SERVER/secret")',
    "url(#own) url(SERVER/secret#x)",
    "\\75rl(SERVER/secret#x)",
    "u\\72 l(SERVER/secret#x)",
    "src('SERVER/secret#x')",
    "image-set('SERVER/secret' 1x)",
    "color-mix(in srgb, red, url(SERVER/secret#x))",
    "cross-fade(red, url(SERVER/secret))",
]


def render(context):
    shapes = []
    for paint in PAINTS:
        value = paint.replace("SERVER", context["params"]["server"]).replace("'", "&#39;")
        shapes += [f"<rect width='9' height='9' fill='{value}'/>", f"<path d='M0 0h9' stroke='{value}'/>"]
    return {"html": f"<p>x</p><svg>{''.join(shapes)}</svg>"}
