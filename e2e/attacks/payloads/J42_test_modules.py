# Import the modules that test the interpreter: they write to any memory.
# holds: they are not there
# browser: held capability crash timeout exception
# wasi: held capability
def render(context):
    found = []
    for name in (
        *("_testcapi", "_testinternalcapi", "_testlimitedcapi", "_testclinic", "_testbuffer"),
        *("_testmultiphase", "_testsinglephase", "_testimportmultiple", "_ctypes_test", "_xxtestfuzz"),
    ):
        try:
            __import__(name)
            found.append(name)
        except ImportError:
            continue
    return {"text": f"breach: {found}" if found else "held"}
