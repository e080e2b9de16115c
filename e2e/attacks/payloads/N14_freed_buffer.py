# Use a buffer that is resized inside of a method that reads it.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
class Evil:
    def __init__(self, whole):
        self.whole = whole

    def __index__(self):
        self.whole.clear()
        return 65


def render(context):
    whole = bytearray(1 << 16)
    try:
        whole[0:10] = [Evil(whole)] * 10
        whole[5] = Evil(whole)
        bytearray.find(whole, Evil(whole))
    except (IndexError, TypeError, BufferError, ValueError):
        pass
    return {"text": "held"}
