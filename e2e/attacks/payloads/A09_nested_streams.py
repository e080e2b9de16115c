# Inflate zeros that were deflated five times.
# holds: refused at the limit, ended, or the module is not there
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
import zlib


def render(context):
    packed = bytes(1 << 22)
    for _ in range(5):
        packed = zlib.compress(packed * 8, 9)
    for _ in range(5):
        packed = zlib.decompress(packed) * 64
    return {"text": f"breach: {len(packed)}"}
