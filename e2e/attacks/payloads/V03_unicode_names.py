# Names that are equal after normalisation.
# holds: no more capability than Python
# browser: capability
# wasi: capability
def render(context):
    module = ｅｖａｌ("__𝒾mport__('js')")
    return {"text": "breach: " + repr(module)}
