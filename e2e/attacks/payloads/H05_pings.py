# Send a ping, an attribution and a source set.
# browsers: chromium
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<a href="x" ping="SERVER/secret" attributionsrc="SERVER/secret">x</a><img srcset="SERVER/picture 1x" imagesrcset="SERVER/secret" alt="">'


def render(context):
    return {"html": HTML.replace("SERVER", context["params"]["server"])}
