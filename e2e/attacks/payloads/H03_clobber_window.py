# Name elements as globals that the client reads.
# browsers: chromium firefox webkit
# seen: the page that shows the result
# holds: nothing active, no request, and no member of the page is hidden
# browser: ok html output-limit output-type crash
# wasi: ok html
HTML = '<p>x</p><a id="pybridgeCall"></a><a id="PythonRuntime"></a><a id="trustedTypes" href="x:"></a><a id="crossOriginIsolated"></a><a id="fetch"></a>'


def render(context):
    return {"html": HTML}
