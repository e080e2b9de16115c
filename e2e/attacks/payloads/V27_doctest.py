# Run code by doctest, from a text.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import doctest


def render(context):
    parsed = doctest.DocTestParser().get_doctest(">>> import js\n", {}, "x", None, 0)
    ran = doctest.DocTestRunner(verbose=False).run(parsed, out=lambda text: None)
    return {"text": "held" if ran.failed else "breach: js was imported"}
