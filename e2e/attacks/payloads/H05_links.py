# Load by link, in all its meanings.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><link rel="stylesheet" href="SERVER/secret"><link rel="preload" as="image" href="SERVER/secret"><link rel="prerender" href="SERVER/secret"><link rel="dns-prefetch" href="SERVER/secret"><link rel="modulepreload" href="SERVER/secret">'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
