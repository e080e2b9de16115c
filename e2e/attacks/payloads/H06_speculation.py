# Have pages loaded ahead by rules.
# browsers: chromium
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><script type="speculationrules">{"prefetch":[{"urls":["SERVER/secret"]}]}</script><script type="importmap">{"imports":{"x":"SERVER/secret"}}</script>'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
